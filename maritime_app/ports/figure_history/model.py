"""How a figure is asked for, and what every reading said of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from maritime_app.ports.statistics.model import GeoKind, Source
from maritime_app.ports.statistics.ship_types import ship_type
from maritime_app.ports.statistics.tables import DECIMALS


class FigureRequest(Struct, frozen=True):
    """One figure by its publisher's codes: table, place, measure, ship type (empty where the table
    has none) and period.
    """

    source: Source = Source.UNCTAD
    report: str = ""
    place: str = ""
    measure: str = ""
    market: str = ""
    period: str = ""


class Outcome(StrEnum):
    """What came of a reading for this figure."""

    SHOWN = "shown"
    REPLACED = "replaced"
    AGREES = "agrees"
    ABSENT = "absent"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    NOT_RECORDED = "not_recorded"


class Place(Struct, frozen=True):
    """The place and table of a figure, as its publisher calls them."""

    report: str
    title: str
    licence: str
    geo_code: str
    geo_kind: GeoKind
    label: str
    country: str | None
    invented: bool


class StoredWord(Struct, frozen=True):
    """What a reading says of the figure: a value, the publisher's reason for none, why its cell was
    refused, or nothing. `is_told` false: only what it changed was written down then.
    """

    id: UUID
    origin: str
    version: str | None
    retrieved_at: datetime
    newest_period: str | None
    undone_at: datetime | None
    is_told: bool
    value: float | None
    missing_reason: str | None
    refusal: str | None


class FigureReading(Struct, frozen=True):
    """A reading, what it says of the figure, and what came of it.

    `newest_period` is that of the whole file, null where nobody wrote it down; `replaced_by` and
    `replaced_at` are the reading whose value took this one's place, and when it was read.
    """

    retrieved_at: datetime
    origin: str
    version: str | None
    newest_period: str | None
    value: float | None
    missing_reason: str | None
    refusal: str | None
    outcome: Outcome
    replaced_by: str | None = None
    replaced_at: datetime | None = None


class FigureHistory(Struct, frozen=True):
    """A figure and every reading since the first that had it, the oldest first.

    `value` and `missing_reason` are what is shown now, both null where everything was taken back.
    """

    source: Source
    report: str
    title: str
    geo_code: str
    geo_kind: GeoKind
    geo_label: str
    country: str | None
    measure: str
    measure_label: str
    vessel_market: str
    period_code: str
    period_start: date
    unit: str
    value: float | None
    missing_reason: str | None
    invented: bool
    licence: str
    source_url: str | None
    readings: tuple[FigureReading, ...]

    @property
    def ship_type(self) -> str:
        """The ship type in the reader's language; empty where the table has none."""
        return ship_type(self.vessel_market)

    @property
    def decimals(self) -> int:
        """How many decimals the publisher prints at most."""
        return min(DECIMALS.get(self.measure, 4), 4)
