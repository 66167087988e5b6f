"""A YAML file as plain JSON, read as Meltano reads it: a server that reads one path a line and prints one document a line."""

import json
import sys

from ruamel.yaml import YAML


def main() -> None:
    for line in sys.stdin:
        try:
            with open(json.loads(line)) as file:
                answer = {"yaml": YAML(typ="safe", pure=True).load(file)}
        except Exception as problem:
            answer = {"!error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main()
