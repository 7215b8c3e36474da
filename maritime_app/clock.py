"""The time, always aware and in UTC: the database's, as far as this process knows it.

Several processes compare instants that others wrote. So each measures how far it is from
PostgreSQL's clock (`infra/db/server_clock`) and corrects what it says by that; until the first
measurement, and without a database, it is the machine's as that was set when the process began.

What is read is a clock that nobody can set: how long the machine has been running. Somebody who
sets the machine's clock, or NTP, which steps it, changes nothing of what is said here.
"""

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

NEVER: Final = datetime.min.replace(tzinfo=UTC)  # for what has no moment

# Goes on while the machine sleeps, where the system has such a one.
_RUNNING: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_BILLION: Final = 1_000_000_000
# Called more often than anything else here: looked up once.
_seconds, _nanoseconds, _instant = time.clock_gettime, time.clock_gettime_ns, datetime.fromtimestamp


class _Began:
    """What the time was when the running clock began, since 1970, as both functions need it."""

    nanoseconds = time.time_ns() - _nanoseconds(_RUNNING)
    seconds = nanoseconds / _BILLION


def now() -> datetime:
    """Return this instant, in UTC."""
    return _instant(_seconds(_RUNNING) + _Began.seconds, UTC)


def in_utc(at: datetime) -> datetime:
    """Return an instant in UTC; one that came without an offset is in UTC."""
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def epoch_ms() -> int:
    """Return the milliseconds since 1970-01-01 UTC."""
    return (_nanoseconds(_RUNNING) + _Began.nanoseconds) // 1_000_000


def set_to() -> float:
    """Return what the machine's clock says of when the running one began, in seconds since 1970:
    it changes when that clock is set, and only then.
    """
    return _set_to_ns() / _BILLION


def correct(offset_seconds: float) -> None:
    """Be so many seconds ahead of the machine's clock as it is set now."""
    _Began.nanoseconds = _set_to_ns() + round(offset_seconds * _BILLION)
    _Began.seconds = _Began.nanoseconds / _BILLION


def correction_seconds() -> float:
    """Return by how much this is ahead of the machine's clock, to a millisecond."""
    return round((_Began.nanoseconds - _set_to_ns()) / _BILLION, 3) + 0.0  # never -0.0


@lru_cache(maxsize=1_024)  # the standard library keeps eight, and reads a file for every other one
def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone; raise ZoneInfoNotFoundError (a KeyError) or ValueError."""
    return ZoneInfo(name)


def _set_to_ns() -> int:
    return time.time_ns() - _nanoseconds(_RUNNING)
