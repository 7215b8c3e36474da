"""Pages of a list, counted from 1. A page behind the last one is empty and says how many there are.

Pure.
"""

import math
from typing import Annotated

import msgspec

PageNumber = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


def pages(total: int, size: int) -> int:
    """Return on how many pages so many stand: one at least."""
    return max(1, math.ceil(total / size))


def skipped(page: int, size: int) -> int:
    """Return how many stand before a page."""
    return (page - 1) * size
