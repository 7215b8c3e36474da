"""Days of a port as PortWatch counts them, disruptions, and how old either may be."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from maritime_app.outside_data.model import Source

LAYER: Final = "Daily_Ports_Data"
ALL_DISRUPTIONS: Final = "all"  # the one key under which disruptions are stored
INVENTED_SUFFIX: Final = "_sandbox"

# Published once a week with a lag of some days: two looks between two editions are enough.
PORTWATCH: Final = Source(
    name="portwatch",
    title="PortWatch",
    task="ports.fetch_daily_calls",
    max_age=timedelta(days=3),
    min_pause=timedelta(hours=6),
    cache_seconds=300,
    key_name="port",
)
DISRUPTIONS: Final = Source(
    name="portwatch_disruptions",
    title="PortWatch",
    task="ports.fetch_disruptions",
    max_age=timedelta(days=1),
    min_pause=timedelta(hours=6),
    cache_seconds=300,
    key_name="key",
)


class ShipType(StrEnum):
    """PortWatch's ship types."""

    CONTAINER = "container"
    DRY_BULK = "dry_bulk"
    GENERAL_CARGO = "general_cargo"
    RORO = "roro"
    TANKER = "tanker"


class Day(msgspec.Struct, frozen=True, array_like=True):
    """One day (UTC) of a port: ships that entered its boundary, by type, and the trade they carry.

    Trade is an estimate out of draught and deadweight, in metric tons. Null: not published.
    `reading` is the place of the reading that brought the day, among those of the port.
    """

    day: date
    port_calls: int | None
    container: int | None
    dry_bulk: int | None
    general_cargo: int | None
    roro: int | None
    tanker: int | None
    import_tons: float | None
    export_tons: float | None
    reading: int = 0


class DaysReading(msgspec.Struct, frozen=True):
    """One reading of days: a file or a call, and when."""

    origin: str
    read_at: datetime


class ReplacedDay(msgspec.Struct, frozen=True, array_like=True):
    """What an earlier reading said of a day, and the place of the reading that replaced it."""

    day: Day
    by: int


class PortDays(msgspec.Struct, frozen=True):
    """Every known day of a port in order, what stood there before, the oldest change first, and
    the readings all of it came from.

    `portid` is PortWatch's own; empty: it does not count this port.
    """

    portid: str
    name: str
    readings: tuple[DaysReading, ...] = ()
    days: tuple[Day, ...] = ()
    replaced: tuple[ReplacedDay, ...] = ()

    @property
    def newest(self) -> date | None:
        """The newest day."""
        return self.days[-1].day if self.days else None


class WeekOfCalls(msgspec.Struct, frozen=True):
    """An ISO week (`2026-W47`) of a port: calls on the `days` of it that are published, and their
    mean a day, null unless all seven are.
    """

    week: str
    first_day: date
    last_day: date
    days: int
    calls: int
    per_day: float | None


class CallsAnomaly(msgspec.Struct, frozen=True):
    """The newest whole week against the same ISO week a year before.

    `change_percent` is null with the reason: `days_missing` on either side, or `too_few_calls`,
    fewer than ten in either week.
    """

    newest: WeekOfCalls
    year_before: WeekOfCalls
    change_percent: float | None
    missing_reason: str | None


class OfficialCalls(msgspec.Struct, frozen=True):
    """Calls of cargo ships and tankers on these days (UTC), how unusual the newest week of all is,
    and where the count is from.
    """

    on: tuple[date, ...]
    calls: int
    source: str
    licence: str
    source_url: str | None
    subject: str
    origin: str
    retrieved_at: datetime
    invented: bool
    anomaly: CallsAnomaly | None = None


class Disruption(msgspec.Struct, frozen=True):
    """An event that disrupts ports; `until` null: it goes on. `affected` are PortWatch's ids.

    `kind` is its two letters: TC tropical cyclone, EQ earthquake, FL flood, OT other.
    """

    id: int
    kind: str
    name: str
    title: str
    alert_level: str
    since: date
    until: date | None
    severity: str
    affected: tuple[str, ...]


class Disruptions(msgspec.Struct, frozen=True):
    """Every known disruption, the newest first, and the reading they came from."""

    events: tuple[Disruption, ...]
    reading: DaysReading
