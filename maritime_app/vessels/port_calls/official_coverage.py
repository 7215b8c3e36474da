"""How many of the officially counted calls we have seen ourselves. Pure.

PortWatch counts cargo ships and tankers, so ours are those by their AIS type. Days are UTC, whole,
and the same ones on both sides: those that are published, and that begin after the first arrival
which is known here.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from msgspec import Struct

from maritime_app.ports.daily_calls.model import OfficialCalls
from maritime_app.vessels.codes.ship_types import ShipGroup, ship_types
from maritime_app.vessels.port_calls.measures import FEWEST
from maritime_app.vessels.port_calls.model import MeasuredCall

_COUNTED: Final = ship_types({ShipGroup.CARGO, ShipGroup.TANKER})


class OfficialCoverage(Struct, frozen=True):
    """Our own arrivals of cargo ships and tankers as a share of the calls that are published for
    the same `days` between `first_day` and `last_day`.

    `ratio` is null with the reason `too_few_calls` where either count is below ten, with
    `no_common_day` where no published day is one that we followed. Above 1 we saw more than was
    counted. `invented`: both are.
    """

    first_day: dt.date | None
    last_day: dt.date | None
    days: int
    own_arrivals: int
    official_calls: int
    ratio: float | None
    missing_reason: str | None
    source: str
    licence: str
    source_url: str | None
    subject: str
    origin: str
    retrieved_at: dt.datetime
    invented: bool


def first_whole_day(calls: Iterable[MeasuredCall], since: dt.datetime) -> dt.date:
    """Return the first day that was followed from its beginning to its end: after the day of the
    first arrival that is known, because before it nobody may have listened.
    """
    first = min((each.entered_at for each in calls), default=since)
    return _day(max(first, since)) + dt.timedelta(days=1)


def official_coverage(
    calls: Sequence[MeasuredCall], official: OfficialCalls | None, *, invented: bool
) -> OfficialCoverage | None:
    """Return our arrivals against the published calls; None where none are published, or where
    one of the two is invented and the other is not.
    """
    if official is None or official.invented != invented:
        return None
    days = set(official.on)
    own = sum(_day(each.entered_at) in days for each in calls if each.ship_type in _COUNTED)
    is_enough = min(own, official.calls) >= FEWEST
    return OfficialCoverage(
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        days=len(days),
        own_arrivals=own,
        official_calls=official.calls,
        ratio=round(own / official.calls, 3) if is_enough else None,
        missing_reason=_why_missing(days) if not is_enough else None,
        source=official.source,
        licence=official.licence,
        source_url=official.source_url,
        subject=official.subject,
        origin=official.origin,
        retrieved_at=official.retrieved_at,
        invented=invented,
    )


def _why_missing(days: Collection[dt.date]) -> str:
    return "too_few_calls" if days else "no_common_day"


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(dt.UTC).date()
