"""Observations of official statistics: as read, as stored, as shown, and what an import reports."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from maritime_app.ports.statistics.tables import Table


class GeoKind(StrEnum):
    """What a figure is about."""

    PORT = "port"
    ECONOMY = "economy"
    GROUP = "group"
    WORLD = "world"


class Source(StrEnum):
    """Who published a series; the sandbox's figures are invented."""

    UNCTAD = "unctad"
    SANDBOX = "sandbox"


class Observation(msgspec.Struct, frozen=True):
    """One figure, or the publisher's reason for having none.

    Codes are text with their leading zeros.
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


OBSERVATION_KEYS: Final = Observation.__struct_fields__


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

    `decimals` to round to, None: as printed.
    """

    value: int
    missing: int
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


@dataclass(slots=True)
class Reading:
    """A file so far: observations and places; rows == accepted + sum(rejected)."""

    observations: list[ObservationRow] = field(default_factory=list)
    geos: dict[str, Geo] = field(default_factory=dict)
    rows: int = 0
    accepted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    keys: set[tuple[str, str, str]] = field(default_factory=set)  # period, place, market


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

    `stored` (new or changed) and `unchanged` count figures: an accepted row has one per measure.
    """

    report: str = ""
    rows: int = 0
    accepted: int = 0
    stored: int = 0
    unchanged: int = 0
    rejected: dict[str, int] = field(default_factory=dict)


class Provenance(msgspec.Struct, frozen=True):
    """Where a series comes from; `as_of` is its newest period, `invented` true for the sandbox."""

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
