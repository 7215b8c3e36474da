"""What is read of a file of official figures, before it is stored."""

from collections import Counter
from datetime import date
from typing import Final, NamedTuple

from msgspec import Struct, field

from maritime_app.ports.statistics.model import GeoKind
from maritime_app.ports.statistics.tables import Table

NOT_ENDED: Final = "a period that has not ended"


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


class RefusedCell(NamedTuple):
    """A cell that is no figure of ours, by what it would have been, and why."""

    measure: str
    geo_code: str
    vessel_market: str
    period_code: str
    reason: str


class Geo(Struct, frozen=True):
    """A place of a table as its publisher calls it.

    `country` is ISO 3166-1 alpha-2, None where not known.
    """

    code: str
    kind: GeoKind
    label: str
    country: str | None


class Measure(Struct, frozen=True):
    """In which columns a measure's value and missing reason are.

    `decimals` to round to, None: as printed. `missing` None: the file has no such column.
    """

    value: int
    missing: int | None
    code: str
    label: str
    decimals: int | None = None


class Layout(Struct, frozen=True):
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


class Reading(Struct):
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
    refused: list[RefusedCell] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    # Of every row by period, place and market: a hash of its figures.
    keys: dict[tuple[str, str, str], int] = field(default_factory=dict)
    first_rows: dict[str, int] = field(default_factory=dict)
    rows_above: int = 1  # the header, and what stands above it

    def reject(self, reason: str) -> None:
        """Count the row that is being read as left out."""
        self.rejected[reason] += 1
        self.first_rows.setdefault(reason, self.rows_above + self.rows)

    def reject_cell(self, column: str, cell: RefusedCell) -> None:
        """Count a cell of it, under its column and reason."""
        reason = f"{column}: {cell.reason}"
        self.rejected_cells[reason] += 1
        self.first_rows.setdefault(reason, self.rows_above + self.rows)
        self.refused.append(cell)
