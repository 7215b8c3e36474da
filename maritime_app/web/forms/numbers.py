"""Whole numbers in fields that stand for themselves: a row of the form, a count, an MMSI."""

from typing import Any, Final

_MOST_DIGITS: Final = 9  # Python reads 4,300 at most, and raises for one more


def whole_number(text: Any) -> int | None:
    """Return the number of at most nine digits, of any script; None for anything else."""
    digits = str(text)
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else None
