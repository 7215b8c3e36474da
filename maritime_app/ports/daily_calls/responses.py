"""Daily calls as programs get them: days with band and source, JSON and CSV under the same keys."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from maritime_app.ports.daily_calls.band import BandPoint, Change
from maritime_app.ports.daily_calls.model import CallsAnomaly, Disruption, PortDays
from maritime_app.ports.model import PortItem
from maritime_app.ports.publishers import LICENCES, PUBLISHERS, address_of

MOST_DAYS: Final = 4_000


class DailyCallsRequest(msgspec.Struct, frozen=True):
    """How many of the newest days."""

    days: Annotated[int, Meta(ge=1, le=MOST_DAYS)] = 365


class DailyFigure(msgspec.Struct, frozen=True):
    """One day of a port (UTC), and where it comes from.

    Calls are ships that entered the port's boundary; tons are estimated out of draught and
    deadweight. `mean_7_days` is the mean of the seven days that end with it; the band is the lowest
    and the highest such mean of the four weeks around the same day a year (364 days) before. Null:
    not published, or days are missing.
    """

    date: date
    port_calls: int | None
    container: int | None
    dry_bulk: int | None
    general_cargo: int | None
    roro: int | None
    tanker: int | None
    import_tons: float | None
    export_tons: float | None
    mean_7_days: float | None
    last_year_low: float | None
    last_year_high: float | None
    source: str
    origin: str
    retrieved_at: datetime
    invented: bool
    licence: str
    source_url: str | None


DAILY_KEYS: Final = DailyFigure.__struct_fields__


class DailyCallsResponse(msgspec.Struct, frozen=True):
    """The newest days of a port, what disrupts it, and four weeks against a year before.

    `as_of` is the newest day, `stale` true when the copy is older than it should be; `history` is
    where the days stand that a later reading changed, `changed_days` of them. `anomaly` is null
    where no whole week is known.
    """

    port: PortItem
    portid: str
    as_of: date | None
    retrieved_at: datetime
    stale: bool
    source: str
    licence: str
    source_url: str | None
    invented: bool
    history: str
    changed_days: int
    days: tuple[DailyFigure, ...]
    changes: tuple[Change, ...]
    disruptions: tuple[Disruption, ...]
    anomaly: CallsAnomaly | None = None


def figures(days: PortDays, points: Sequence[BandPoint], publisher: str) -> tuple[DailyFigure, ...]:
    """Return every day of these points that is known, as that publisher counts them."""
    by_day = {each.day: each for each in days.days}
    found = []
    for point in points:
        day = by_day.get(point.day)
        if day is None:
            continue
        reading = days.readings[day.reading]
        found.append(
            DailyFigure(
                date=day.day,
                port_calls=day.port_calls,
                container=day.container,
                dry_bulk=day.dry_bulk,
                general_cargo=day.general_cargo,
                roro=day.roro,
                tanker=day.tanker,
                import_tons=day.import_tons,
                export_tons=day.export_tons,
                mean_7_days=point.mean,
                last_year_low=point.low,
                last_year_high=point.high,
                source=PUBLISHERS[publisher],
                origin=reading.origin,
                retrieved_at=reading.read_at,
                invented=publisher == "sandbox",
                licence=LICENCES[publisher],
                source_url=address_of(publisher),
            )
        )
    return tuple(found)
