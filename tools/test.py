"""The steps of ./dev test: build, unit tests, replays and end-to-end tests in each build, one line for each step.

    tools/test.py PART [ARGUMENTS]

Arguments go to pytest where the part has end-to-end tests; elsewhere they are folders of src/, whose unit tests alone are built
and run.

The whole output of a step is in build/logs/; it is shown only when the step fails. The last line is always
`N passed, N failed, N skipped` over everything; the exit status is 0 only when something ran and nothing failed.
"""

import functools
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
LOGS = TREE / "build" / "logs"
UNIT_SECONDS = 300
HEAD = 30  # lines shown of a failed build: the first error counts
TAIL = 80  # of anything else

# part -> (preset, what to run in it)
PARTS = {
    "unit": [("dev", ["unit"])],
    "e2e": [("dev", ["e2e"])],
    "served": [("dev", ["served"])],
    "clients": [("dev", ["clients"])],
    "fast": [("dev", ["unit", "e2e"])],
    "asan": [("asan", ["unit", "replay", "e2e"])],
    "replay": [("asan", ["replay"])],
    "tsan": [("tsan", ["unit"])],
    "clang": [("clang", ["unit"])],
    "arm64": [("arm64", ["unit"])],
}
# In `all` dev runs each case; what the sanitizer is there for, a sample of the many shows as well. `./dev test asan` runs them all.
SAMPLE = {("all", "asan"): ["--every=4"]}

PARTS["all"] = PARTS["fast"] + PARTS["served"] + PARTS["asan"] + PARTS["tsan"] + PARTS["clang"] + PARTS["arm64"]

RUNNER = {
    "arm64": ["qemu-aarch64"],  # the arm64 libc and loader are Debian's own; with -L to the cross libc threads hang
    "tsan": ["setarch", "-R"],  # gcc 12's runtime cannot place its shadow under 32 bits of address randomisation
}

SANITIZERS = {
    "ASAN_OPTIONS": "allow_user_segv_handler=0:detect_stack_use_after_return=1:strict_string_checks=1",
    "LSAN_OPTIONS": f"suppressions={TREE}/tests/lsan.supp:print_suppressions=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": f"suppressions={TREE}/tests/tsan.supp:ignore_noninstrumented_modules=1:second_deadlock_stack=1",
}


@functools.cache
def budget():
    """(kind, preset) -> seconds a step may take on two cores before its line says so (tests/budget)."""
    lines = (TREE / "tests" / "budget").read_text().splitlines()
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    return {(kind, preset): int(seconds) for kind, preset, seconds in rows}


class Step:
    """One line of the report: says its name when it starts, its counts and time when it ends."""

    total = {"passed": 0, "failed": 0, "skipped": 0}

    def __init__(self, kind, preset):
        self.name = f"{kind:6} {preset:6}"
        self.log = LOGS / f"{kind}-{preset}.log"
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}
        self.start = time.monotonic()
        self.budget = budget().get((kind, preset))
        if sys.stdout.isatty():
            print(f"  {self.name} ...", end="\r", flush=True)

    def run(self, command, *, seconds=None, env=None):
        """Runs command with its output appended to the log; returns its exit status and what it wrote."""
        with open(self.log, "ab") as log:
            begin = log.tell()
            child = subprocess.Popen(
                command,
                cwd=TREE,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **SANITIZERS, **(env or {})},
            )
            try:
                status = child.wait(seconds)
            except (subprocess.TimeoutExpired, KeyboardInterrupt) as why:
                os.killpg(child.pid, signal.SIGTERM)
                try:
                    child.wait(5)
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
                if isinstance(why, KeyboardInterrupt):
                    raise
                log.write(f"{command[-1]}: no end after {seconds} s\n".encode())
                status = -signal.SIGTERM
        with open(self.log, "rb") as log:
            log.seek(begin)
            return status, log.read().decode(errors="replace")

    def count(self, **counts):
        for name, number in counts.items():
            self.counts[name] += number
            Step.total[name] += number

    def end(self, note="", *, first=False):
        took = time.monotonic() - self.start
        said = ", ".join(f"{number} {name}" for name, number in self.counts.items() if number) or note or "ok"
        failed = self.counts["failed"]
        over = f", budget {self.budget} s" if self.budget and took > self.budget else ""
        red, plain = ("\033[31m", "\033[0m") if failed and sys.stdout.isatty() else ("", "")
        print(f"  {red}{self.name}{plain} {said:40} {took:6.1f} s{over}", flush=True)
        if failed:
            lines = self.log.read_text(errors="replace").splitlines()
            shown = HEAD if first else TAIL
            for line in lines[:HEAD] if first else lines[-TAIL:]:
                print("    " + line)
            if len(lines) > shown:
                print(f"    ... {len(lines) - shown} lines more in {self.log.relative_to(TREE)}")
            sys.stdout.flush()
        return not failed


def build(preset, folders):
    step = Step("build", preset)
    status, _ = step.run(["./dev", "build", preset, *(f"unit_{folder}" for folder in folders)])
    if status:
        step.count(failed=1)
    return step.end(first=True)


def counted(step, command, **run_arguments):
    """Runs a program whose last line is `name: N passed, N failed[, N skipped]`."""
    status, out = step.run(command, **run_arguments)
    found = re.findall(r"^\S+: (\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", out, re.MULTILINE)
    passed, failed, skipped = (int(number or 0) for number in found[-1]) if found else (0, 0, 0)
    if status and not failed:  # died, leaked, or ran nothing
        failed = 1
    step.count(passed=passed, failed=failed, skipped=skipped)


def unit(preset, folders):
    step = Step("unit", preset)
    env = {"TEST_SKIP": " ".join(not_emulated())} if preset == "arm64" else {}
    for program in sorted((TREE / "build" / preset / "bin").glob("unit_*")):
        if folders and program.name.removeprefix("unit_") not in folders:
            continue
        counted(step, [*RUNNER.get(preset, []), str(program)], seconds=UNIT_SECONDS, env=env)
    step.end("no unit tests yet")


def not_emulated():
    lines = (TREE / "tests" / "emulation.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def replay(preset, _):
    """Every input that ever crashed a fuzz target, once more."""
    step = Step("replay", preset)
    for program in sorted((TREE / "build" / preset / "bin").glob("fuzz_*")):
        name = program.name.removeprefix("fuzz_")
        folders = [f"fuzz/{kind}/{name}" for kind in ("crashes", "corpus") if (TREE / "fuzz" / kind / name).is_dir()]
        if folders:
            counted(step, [str(program), *folders], seconds=UNIT_SECONDS)
    step.end("nothing to replay yet")


# kind -> where its tests are
FOLDERS = {
    "e2e": ["tests/e2e", "tests/cases", "tests/oracle"],
    "served": ["tests/e2e/test_run_state.py"],
    "clients": ["tests/clients"],
}
# served: with a server for the project of each test, which runs the commands (tests/e2e/program.py)
ENVIRONMENT = {"served": {"POND_SERVED": "1"}}


def end_to_end(kind, preset, arguments, sample):
    step = Step(kind, preset)
    pond = TREE / "build" / preset / "bin" / "pond"
    folders = [name for name in FOLDERS[kind] if (TREE / name).is_file() or list((TREE / name).glob("**/test_*.py"))]
    if not pond.exists() or not folders:
        step.end("no pond yet" if folders else "no end-to-end tests yet")
        return
    report = LOGS / f"{kind}-{preset}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-rfEs", "--tb=short", "-p", "no:cacheprovider", f"--junitxml={report}"]
    # The first client of a kind may have to be installed.
    command += [f"--timeout={1200 if kind == 'clients' else 300}"] + (["-n", "2", f"--dist={'load' if kind == 'served' else 'loadfile'}"] if not arguments else [])
    status, _ = step.run(
        [*command, *sample, *arguments, *([] if named(arguments) else folders)],
        env={"POND": str(pond), "POND_PRESET": preset, **ENVIRONMENT.get(kind, {})},
    )
    if report.exists():
        suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
        bad = int(suite.get("failures")) + int(suite.get("errors"))
        skipped = int(suite.get("skipped"))
        step.count(passed=int(suite.get("tests")) - bad - skipped, failed=bad, skipped=skipped)
    if status and not step.counts["failed"]:
        step.count(failed=1)
    step.end()


def named(arguments):
    """Do the arguments name test files themselves?"""
    return any((TREE / argument.split("::")[0]).exists() for argument in arguments)


def main(part, *arguments):
    LOGS.mkdir(parents=True, exist_ok=True)
    for log in LOGS.glob("*.log"):
        log.unlink()
    if subprocess.run([*RUNNER["tsan"], "true"], stderr=subprocess.DEVNULL).returncode:
        del RUNNER["tsan"]
    start = time.monotonic()
    has_e2e = any(kind in FOLDERS for _, kinds in PARTS[part] for kind in kinds)
    for_pytest, folders = (arguments, ()) if has_e2e else ((), arguments)
    for preset, kinds in PARTS[part]:
        if not build(preset, folders):
            continue
        for kind in kinds:
            if kind in FOLDERS:
                end_to_end(kind, preset, for_pytest, [] if for_pytest else SAMPLE.get((part, preset), []))
            else:
                {"unit": unit, "replay": replay}[kind](preset, folders)
    print(f"  in {time.monotonic() - start:.0f} s")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**Step.total))
    return 0 if Step.total["passed"] and not Step.total["failed"] else 1


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
