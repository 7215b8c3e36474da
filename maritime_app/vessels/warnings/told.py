"""Times and words as publishers of warnings write them, in a form that can be kept. Pure.

Some say "until further notice" by the last second of the year 9999, which in another zone is none
that Python can write.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from maritime_app.formats.xml_text import allowed

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2099


def moment(told: Mapping[str, Any], name: str) -> datetime | None:
    """Return a time with its offset, None where there is none; raise ValueError for another."""
    found = _read(told, name)
    return None if found is None else of_our_days(found, name)


def end(told: Mapping[str, Any], name: str) -> datetime | None:
    """Return until when it holds as `moment` does; None as well where that is for ever."""
    found = _read(told, name)
    return None if found is None or is_for_ever(found) else of_our_days(found, name)


def of_our_days(at: datetime, name: str) -> datetime:
    """Return the time; raise ValueError for one that nothing can be said of."""
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError(f"{name} is no time between {_FIRST_YEAR} and {_LAST_YEAR}")
    return at


def is_for_ever(at: datetime) -> bool:
    """Return whether an end stands for none."""
    return at.year > _LAST_YEAR


def words(value: Any) -> str:
    """Return words without control characters, of which PostgreSQL takes no NUL and a feed of
    warnings in XML none; empty for null.
    """
    return allowed(str(value or "")).strip()


def _read(told: Mapping[str, Any], name: str) -> datetime | None:
    value = told.get(name)
    if value in (None, ""):
        return None
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{name} is no time as ISO 8601 has it") from None
    if found.tzinfo is None:
        raise ValueError(f"{name} has no offset from UTC")
    return found
