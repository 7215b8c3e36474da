"""The time, always aware and in UTC: the database's, as far as this process knows it.

Several processes compare instants that others wrote. So each measures how far its machine's clock
is from PostgreSQL's (`infra/db/server_clock`) and corrects what it says by that; until the first
measurement, and without a database, it is the machine's.
"""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

NEVER: Final = datetime.min.replace(tzinfo=UTC)  # for what has no moment


class _Correction:
    """What this process adds to its machine's clock, as both functions need it."""

    nanoseconds = 0
    length = timedelta()


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC) + _Correction.length


def in_utc(at: datetime) -> datetime:
    """Return an instant in UTC; one that came without an offset is in UTC."""
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def epoch_ms() -> int:
    """Return the milliseconds since 1970-01-01 UTC."""
    return (time.time_ns() + _Correction.nanoseconds) // 1_000_000


def correct(offset_seconds: float) -> None:
    """Add so many seconds to the machine's clock from now on."""
    _Correction.nanoseconds = round(offset_seconds * 1_000_000_000)
    _Correction.length = timedelta(microseconds=_Correction.nanoseconds // 1_000)


def correction_seconds() -> float:
    """Return what is added to the machine's clock."""
    return _Correction.nanoseconds / 1_000_000_000


@lru_cache(maxsize=1_024)  # the standard library keeps eight, and reads a file for every other one
def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone; raise ZoneInfoNotFoundError (a KeyError) or ValueError."""
    return ZoneInfo(name)
