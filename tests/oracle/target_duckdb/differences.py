"""Where Pond's tables are meant to differ from target-duckdb's (those with its defects mended, see mends.py)."""

from oracle.harness import Difference, Mismatch
from oracle.replay import named

DIFFERENCES: list[Difference] = []
