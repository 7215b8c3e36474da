"""When nothing was heard of any ship. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

# A ship at rest has a point each fifteen minutes: what is longer is a silence.
_LEAST: Final = timedelta(minutes=20)


class HeardTime(Struct, frozen=True):
    """Some minutes in which ships were heard."""

    first_at: datetime
    last_at: datetime


class Silence(Struct, frozen=True):
    """Twenty minutes or more in which no ship was heard, wherever."""

    since: datetime
    until: datetime


def silences(heard: Iterable[HeardTime], since: datetime, until: datetime) -> list[Silence]:
    """Return the silences between two instants, among times that are in order."""
    found, last_at = [], since
    for time in (*heard, HeardTime(until, until)):
        if time.first_at - last_at >= _LEAST:
            found.append(Silence(last_at, time.first_at))
        last_at = max(last_at, time.last_at)
    return found
