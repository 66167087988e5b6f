"""The real tool's side of the conversation: each ask.py calls serve() with its function input -> answer.

Runs inside the tool's own venv, so it uses the standard library only. The tool may print what it likes: its standard
output is moved away first, only answers travel on the real one.
"""

import json
import os
import re
import sys
from collections.abc import Callable


def serve(answer: Callable[[dict], object]) -> None:
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        case = json.loads(line)
        reply = {"name": case["name"], "answer": answer(case["input"])}
        out.write(json.dumps(reply, ensure_ascii=True, default=str) + "\n")
        out.flush()


def error_of(problem: BaseException, *hide: str) -> dict:
    """What a record keeps of an exception: its class and the first line of its text, without paths and random names."""
    lines = str(problem).strip().splitlines()
    text = lines[0] if lines else ""
    for word in hide:
        text = text.replace(word, "<tmp>")
    text = re.sub(r"tmp_[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}", "tmp_<uuid>", text)
    text = re.sub(r"0x[0-9a-f]+", "<address>", text)
    return {"error": type(problem).__name__, "text": text[:200]}
