"""Observations of official statistics: as read, as stored, as shown, and what an import reports."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from maritime_app.ports.statistics.tables import Table

STATISTICS_TAG = "statistics"  # of every cached answer with official figures in it


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
    origin: str
    version: str | None
    retrieved_at: datetime
    undone: bool


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


class ObservationRow(NamedTuple):
    """One figure as it was read, in the order of the columns that are written.

    A tuple, because a table has some hundred thousand of them and they are turned into columns.
    """

    measure: str
    geo_code: str
    vessel_market: str
    period_code: str
    period_start: date
    value: float | None
    missing_reason: str | None


@dataclass(frozen=True, slots=True)
class Geo:
    """A place of a table as its publisher calls it.

    `country` is ISO 3166-1 alpha-2, None where not known.
    """

    code: str
    kind: GeoKind
    label: str
    country: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """In which columns a measure's value and missing reason are.

    `decimals` to round to, None: as printed. `missing` None: the file has no such column.
    """

    value: int
    missing: int | None
    code: str
    label: str
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of one file are."""

    table: Table
    columns: int
    time: int
    geo: int
    geo_label: int | None
    market: int | None
    measures: tuple[Measure, ...]
    notes: tuple[str, ...] = ()
    decimal_comma: bool = False  # cells are not separated by commas


@dataclass(slots=True)
class Reading:
    """A file so far: observations and places; rows == accepted + sum(rejected).

    An accepted row may have cells that were rejected; `notes` are what was not as it should be.
    `first_rows` is where to look for what was rejected, by reason: row 1 is the header.
    """

    observations: list[ObservationRow] = field(default_factory=list)
    geos: dict[str, Geo] = field(default_factory=dict)
    rows: int = 0
    accepted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    rejected_cells: Counter[str] = field(default_factory=Counter)
    notes: set[str] = field(default_factory=set)
    keys: set[tuple[str, str, str]] = field(default_factory=set)  # period, place, market
    first_rows: dict[str, int] = field(default_factory=dict)
    rows_above: int = 1  # the header, and what stands above it

    def reject(self, reason: str) -> None:
        """Count the row that is being read as left out."""
        self.rejected[reason] += 1
        self.first_rows.setdefault(reason, self.rows_above + self.rows)

    def reject_cell(self, reason: str) -> None:
        """Count a cell of it."""
        self.rejected_cells[reason] += 1
        self.first_rows.setdefault(reason, self.rows_above + self.rows)


@dataclass(frozen=True, slots=True)
class Vintage:
    """One reading: where it came from, when, and the publisher's version if there is one."""

    source: Source
    origin: str
    retrieved_at: datetime
    version: str | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class SeriesState:
    """What was read of a report before: version, when it was retrieved, its newest period."""

    version: str | None = None
    retrieved_at: datetime | None = None
    newest_period: str | None = None


@dataclass(slots=True)
class ImportReport:
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
    rejected: dict[str, int] = field(default_factory=dict)
    rejected_cells: dict[str, int] = field(default_factory=dict)
    first_rows: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


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


class RankInPeriod(msgspec.Struct, frozen=True):
    """A figure's place among all of its period, 1 the highest, and how many there are."""

    rank: int
    places: int
