"""Where Pond is meant to answer otherwise than PostgreSQL 15. A case names the rules it shows: `-- differs: RULE, RULE`."""

import re
from pathlib import Path

from oracle.harness import Difference

REASONS: dict[str, str] = {}


def rule(name: str, reason: str) -> Difference:
    return Difference(name, reason, lambda m: name in m.context.get("listed", []))


OPEN = Path(__file__).with_name("open.txt").read_text().splitlines()
PENDING = [(re.sub(r"([\[*?])", r"[\1]", name), "not looked at yet") for name in OPEN]
DIFFERENCES = [rule(name, reason) for name, reason in REASONS.items()]
