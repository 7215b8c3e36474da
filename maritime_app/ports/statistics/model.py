"""Observations of official statistics: as read, as stored, as shown, and what an import reports."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from maritime_app.ports.statistics.ship_types import ship_type

STATISTICS_TAG = "statistics"  # of every cached answer with official figures in it


def history_address(
    source: str, report: str, place: str, measure: str, market: str, period: str
) -> str:
    """Return where the history of a figure is, below the pages' or the programs' addresses.

    All of these are codes, without a sign that an address would have to escape.
    """
    ships = f"&market={market}" if market else ""
    return (
        f"/ports/figure?source={source}&report={report}&place={place}&measure={measure}{ships}"
        f"&period={period}"
    )


class GeoKind(StrEnum):
    """What a figure is about."""

    PORT = "port"
    ECONOMY = "economy"
    GROUP = "group"
    WORLD = "world"


class Source(StrEnum):
    """Who published a series; the sandbox's figures are invented."""

    UNCTAD = "unctad"
    PORTWATCH = "portwatch"
    WORLD_BANK = "worldbank"
    SANDBOX = "sandbox"


class Observation(msgspec.Struct, frozen=True):
    """One figure, or the publisher's reason for having none, and where it comes from.

    Codes are text with their leading zeros. `origin` is the file or service that this very figure
    was read from, `version` the publisher's number for that edition, `invented` true for the
    sandbox's.
    """

    report: str
    geo_code: str
    geo_kind: GeoKind
    period_code: str
    period_start: date
    vessel_market: str
    measure: str
    value: float | None
    missing_reason: str | None
    unit: str
    source: Source
    origin: str
    version: str | None
    retrieved_at: datetime
    invented: bool
    licence: str
    source_url: str | None
    history: str  # address of every value that this figure ever had, as JSON


OBSERVATION_KEYS: Final = Observation.__struct_fields__


class StoredObservation(msgspec.Struct, frozen=True):
    """A figure as it is stored, with the reading that brought it."""

    report: str
    geo_code: str
    geo_kind: GeoKind
    period_code: str
    period_start: date
    vessel_market: str
    measure: str
    value: float | None
    missing_reason: str | None
    vintage_id: UUID

    def history(self, source: str) -> str:
        """Return the address of the page of its history."""
        return history_address(
            source, self.report, self.geo_code, self.measure, self.vessel_market, self.period_code
        )


class Series(msgspec.Struct, frozen=True):
    """A published table that has been read."""

    id: UUID
    source: Source
    report: str
    title: str
    licence: str
    notes: str
    newest_period: str
    invented: bool


class StoredVintage(msgspec.Struct, frozen=True):
    """A reading of a series."""

    id: UUID
    series_id: UUID
    version: str | None
    origin: str
    retrieved_at: datetime


class Revision(msgspec.Struct, frozen=True):
    """A value that a figure has, or had until a later reading replaced it."""

    report: str
    geo_code: str
    measure: str
    vessel_market: str
    period_code: str
    value: float | None
    missing_reason: str | None
    is_current: bool
    source: Source
    origin: str
    version: str | None
    retrieved_at: datetime
    undone: bool

    @property
    def ship_type(self) -> str:
        """The ship type in the reader's language; empty where the table has none."""
        return ship_type(self.vessel_market)

    @property
    def history(self) -> str:
        """The address of the page of the figure's history."""
        return history_address(
            self.source,
            self.report,
            self.geo_code,
            self.measure,
            self.vessel_market,
            self.period_code,
        )


class StoredReading(msgspec.Struct, frozen=True):
    """A reading as staff see it: what was read, and what it changed."""

    id: UUID
    source: Source
    report: str
    version: str | None
    origin: str
    retrieved_at: datetime
    rows_read: int
    obs_stored: int
    obs_changed: int
    obs_unchanged: int
    undone_at: datetime | None


class Changes(msgspec.Struct, frozen=True):
    """How many figures a reading knows otherwise, and by how much at most."""

    changed: int
    largest_percent: float | None


class Vintage(msgspec.Struct, frozen=True):
    """One reading: where it came from, when, and the publisher's version if there is one."""

    source: Source
    origin: str
    retrieved_at: datetime
    version: str | None = None
    notes: str = ""


class SeriesState(msgspec.Struct, frozen=True):
    """What was read of a report before: version, when it was retrieved, its newest period."""

    version: str | None = None
    retrieved_at: datetime | None = None
    newest_period: str | None = None


class ImportReport(msgspec.Struct):
    """What became of a file: rows == accepted + sum(rejected), which is counted by reason.

    `stored` (new or changed) and `unchanged` count figures: an accepted row has one per measure,
    without those in `rejected_cells`. Of the stored ones `changed` were known otherwise, the most
    changed one by `largest_change_percent`; the figures from before are kept. `first_rows` is where
    to look for a reason.
    """

    report: str = ""
    version: str = ""
    rows: int = 0
    accepted: int = 0
    stored: int = 0
    unchanged: int = 0
    changed: int = 0
    largest_change_percent: float | None = None
    is_older: bool = False
    rejected: dict[str, int] = msgspec.field(default_factory=dict)
    rejected_cells: dict[str, int] = msgspec.field(default_factory=dict)
    first_rows: dict[str, int] = msgspec.field(default_factory=dict)
    notes: list[str] = msgspec.field(default_factory=list)


class Provenance(msgspec.Struct, frozen=True):
    """Where figures come from: one reading of a series.

    `as_of` is the newest period of the series, `invented` true for the sandbox.
    """

    series_id: UUID
    source: Source
    report: str
    title: str
    licence: str
    version: str | None
    origin: str
    retrieved_at: datetime
    as_of: str
    invented: bool
    notes: str = ""
    source_url: str | None = None


class RankInPeriod(msgspec.Struct, frozen=True):
    """A figure's place among all of its period, 1 the highest, and how many there are."""

    rank: int
    places: int
