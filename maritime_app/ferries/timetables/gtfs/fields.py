"""Single values of a GTFS row. Pure; None for what cannot be read."""

import re
from datetime import date, datetime
from functools import cache
from math import isfinite
from zoneinfo import available_timezones

MAX_NAME = 200
MAX_ID = 100
_TIME = re.compile(r"^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$", re.ASCII)
_ORDER = re.compile(r"^\d{1,18}$", re.ASCII)
_INTEGER = re.compile(r"^(\d{1,9})(?:\.0+)?$", re.ASCII)
_HYPHENS = re.compile(r"^\d{4}-\d\d-\d\d$", re.ASCII)
_YES_NO = {"1": True, "2": False}
_DIRECTIONS = {"0": 0, "1": 1}
_NO_PLACES = {"Factory", "localtime"}  # of no machine, and of whichever machine reads it
_COLOUR = re.compile(r"^[0-9A-Fa-f]{6}$")


def seconds(text: str) -> int | None:
    """Return a time such as 25:10:00, or 08:00 without its seconds, in seconds."""
    match = _TIME.match(text)
    if not match:
        return None
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)


def has_no_seconds(text: str) -> bool:
    """Return whether a time is written as 08:00."""
    return text.count(":") == 1


def integer(text: str) -> int | None:
    """Return a whole number that is not negative; 4.0 is read as 4."""
    match = _INTEGER.match(text)
    return int(match[1]) if match else None


def order(text: str) -> int | None:
    """Return the place in an order, which may be a count of seconds since some year."""
    return int(text) if _ORDER.match(text) else integer(text)


def day(text: str) -> date | None:
    """Return a day written as 20261125, or 2026-11-25, between 1970 and 2100."""
    found = any_day(text)
    return found if found is not None and 1970 <= found.year <= 2100 else None


def any_day(text: str) -> date | None:
    """Return a day of whatever year: some feeds end with the year 9999."""
    text = "".join(text.split("-")) if has_hyphens(text) else text
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None


def has_hyphens(text: str) -> bool:
    """Return whether a day is written as 2026-11-25."""
    return _HYPHENS.match(text) is not None


def degrees(text: str, limit: int) -> float | None:
    """Return an angle within the limit; a decimal comma is read as a point."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


def number(text: str) -> float | None:
    """Return a finite number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def yes_no(text: str) -> bool | None:
    """Return yes for 1, no for 2; anything else says nothing."""
    return _YES_NO.get(text)


def direction(text: str) -> int | None:
    """Return 0 or 1; anything else says nothing."""
    return _DIRECTIONS.get(text)


def zone(text: str) -> str | None:
    """Return the IANA time zone of that name, in its usual spelling."""
    return _zones().get(text.lower())


def colour(text: str) -> str:
    """Return six hexadecimal digits, or nothing."""
    return text.lower() if _COLOUR.match(text) else ""


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() - _NO_PLACES}
