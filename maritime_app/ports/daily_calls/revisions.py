"""What every reading said of a day that was changed, and what replaced it. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from maritime_app.ports.daily_calls.model import Day, PortDays
from maritime_app.ports.model import PortItem
from maritime_app.ports.publishers import LICENCES, PUBLISHERS, address_of


class DayOutcome(StrEnum):
    """What came of what a reading said of a day."""

    SHOWN = "shown"
    REPLACED = "replaced"


class DayReading(msgspec.Struct, frozen=True):
    """What a reading said of a day (UTC), as `DailyFigure` has it; `replaced_by` and `replaced_at`
    are the reading whose figures took this one's place, and when it was read.
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
    origin: str
    retrieved_at: datetime
    outcome: DayOutcome
    replaced_by: str | None
    replaced_at: datetime | None
    source: str
    invented: bool
    licence: str
    source_url: str | None


REVISION_KEYS: Final = DayReading.__struct_fields__


class DailyCallsHistory(msgspec.Struct, frozen=True):
    """The days of a port that a later reading changed, the newest day first, each with every
    reading, the newest first.

    Readings that said the same, and older files that said otherwise, are not kept; of the changes
    the newest `kept_at_most`.
    """

    port: PortItem
    portid: str
    source: str
    licence: str
    source_url: str | None
    invented: bool
    changed_days: int
    kept_at_most: int
    readings: tuple[DayReading, ...]


def readings(days: PortDays, publisher: str) -> tuple[DayReading, ...]:
    """Return what each reading said of each day that was changed, as that publisher counts them."""
    earlier: dict[date, list[tuple[Day, int]]] = defaultdict(list)
    for each in days.replaced:
        earlier[each.day.day].append((each.day, each.by))
    standing = {each.day: each for each in days.days}

    def rows() -> Iterator[DayReading]:
        for day in sorted(earlier, reverse=True):
            yield _row(days, standing[day], None, publisher)
            for said, by in reversed(earlier[day]):
                yield _row(days, said, by, publisher)

    return tuple(rows())


def _row(days: PortDays, said: Day, by: int | None, publisher: str) -> DayReading:
    reading = days.readings[said.reading]
    after = None if by is None else days.readings[by]
    return DayReading(
        date=said.day,
        port_calls=said.port_calls,
        container=said.container,
        dry_bulk=said.dry_bulk,
        general_cargo=said.general_cargo,
        roro=said.roro,
        tanker=said.tanker,
        import_tons=said.import_tons,
        export_tons=said.export_tons,
        origin=reading.origin,
        retrieved_at=reading.read_at,
        outcome=DayOutcome.REPLACED if after else DayOutcome.SHOWN,
        replaced_by=after.origin if after else None,
        replaced_at=after.read_at if after else None,
        source=PUBLISHERS[publisher],
        invented=publisher == "sandbox",
        licence=LICENCES[publisher],
        source_url=address_of(publisher),
    )
