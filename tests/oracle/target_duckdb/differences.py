"""Where Pond's tables are meant to differ from target-duckdb's (those with its defects mended, see mends.py)."""

from oracle.harness import Difference

DIFFERENCES: list[Difference] = []
