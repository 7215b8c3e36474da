"""Rows of the annex to observations, every row and cell accounted for. Pure.

Columns as published: `Port`, `LOCODE` (later `UN/LOCODE`), `Territory`, `CPPI 2020` and so on,
`Rank` (later `Rank 2025`), `Berth hours in % of port hours`, `Statistical Index`,
`Administrative Index`, `Number of calls in sample`; all but the index are of the newest year.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from maritime_app.ports.statistics.as_read import (
    NOT_ENDED,
    Geo,
    Layout,
    Measure,
    ObservationRow,
    Reading,
    RefusedCell,
)
from maritime_app.ports.statistics.model import GeoKind
from maritime_app.ports.statistics.numbers import read_cell
from maritime_app.ports.statistics.periods import period_end, period_start
from maritime_app.ports.statistics.tables import CPPI_INDEX, CPPI_TABLE, LIMITS

NOT_STATED: Final = "Not stated"
_HEADER_ROWS: Final = 20  # a title may stand above the header
_YEAR: Final = re.compile(r"^cppi (\d{4})$", re.ASCII)
_RANK: Final = re.compile(r"^rank(?: \d{4})?$", re.ASCII)
_LOCODE: Final = re.compile(r"^([A-Z]{2}) ?([A-Z2-9]{3})$", re.ASCII)
_DECIMALS: Final = 4


class NotTheAnnex(ValueError):
    """No row has the annex' columns."""


class Columns(Struct, frozen=True):
    """Where what is: the index by year, the newest year's measures by code."""

    port: int
    locode: int
    territory: int | None
    years: dict[str, int]
    others: dict[str, int]

    @property
    def newest(self) -> str:
        """The newest year."""
        return max(self.years)

    @property
    def edition(self) -> str:
        """The years that the edition has, its version."""
        return f"{min(self.years)}-{self.newest}"


def read(rows: Sequence[Sequence[str]], today: date) -> tuple[Columns, Reading]:
    """Return where the columns are, and what is in the rows below; raise NotTheAnnex."""
    for number, row in enumerate(rows[:_HEADER_ROWS]):
        columns = _columns(row)
        if columns:
            return columns, _read(columns, rows, number + 1, today)
    raise NotTheAnnex("no row has the columns Port, LOCODE and CPPI with a year")


def layout(columns: Columns) -> Layout:
    """Return what is stored of the table's layout."""
    codes = {CPPI_INDEX: columns.years[columns.newest], **columns.others}
    labels = {code: label for label, code in CPPI_TABLE.measures.items()}
    measures = [Measure(place, None, code, labels[code]) for code, place in codes.items()]
    return Layout(CPPI_TABLE, len(codes), 0, columns.locode, columns.port, None, tuple(measures))


def _columns(row: Sequence[str]) -> Columns | None:
    names = {" ".join(cell.split()).casefold(): place for place, cell in enumerate(row)}
    locode = names.get("locode", names.get("un/locode"))
    years = {match[1]: place for name, place in names.items() if (match := _YEAR.match(name))}
    if "port" not in names or locode is None or not years:
        return None
    others = {}
    for label, code in CPPI_TABLE.measures.items():
        place = names.get(label.casefold())
        if label == "Rank":
            place = next((at for name, at in names.items() if _RANK.match(name)), None)
        if place is not None and code != CPPI_INDEX:
            others[code] = place
    return Columns(names["port"], locode, names.get("territory"), years, others)


def _read(columns: Columns, rows: Sequence[Sequence[str]], above: int, today: date) -> Reading:
    reading = Reading(rows_above=above)
    ended = {year for year in columns.years if _has_ended(year, today)}
    for row in rows[above:]:
        if not any(row):
            reading.rows_above += 1
            continue
        reading.rows += 1
        reason = _read_row(columns, ended, row, reading)
        if reason:
            reading.reject(reason)
        else:
            reading.accepted += 1
    return reading


def _read_row(columns: Columns, ended: set[str], row: Sequence[str], reading: Reading) -> str:
    """Read one port; return why it is left out, if it is."""
    match = _LOCODE.match(_cell(row, columns.locode).upper())
    name = _cell(row, columns.port)
    if not match:
        return "unreadable place code"
    code = match[1] + match[2]
    if code in reading.geos:
        return "the same port again"
    territory = _cell(row, columns.territory)
    label = f"{territory}, {name}" if territory else name
    reading.geos[code] = Geo(code, GeoKind.PORT, label or code, code[:2])
    for year, place in columns.years.items():
        of_year = {CPPI_INDEX: place} | (columns.others if year == columns.newest else {})
        for measure, at in of_year.items():
            if year in ended:
                _read_figure(measure, code, year, _cell(row, at), reading)
            elif _cell(row, at):
                refused = RefusedCell(measure, code, "", year, NOT_ENDED)
                reading.reject_cell(f"{measure} {year}", refused)
    return ""


def _read_figure(measure: str, code: str, year: str, text: str, reading: Reading) -> None:
    cell = read_cell(text, _DECIMALS, LIMITS[measure])
    if cell.fault and not cell.fault.startswith("missing"):
        reading.reject_cell(measure, RefusedCell(measure, code, "", year, cell.fault))
        return
    start = period_start(year)
    assert start is not None  # four digits, and it has ended
    missing = NOT_STATED if cell.value is None else None
    reading.observations.append(ObservationRow(measure, code, "", year, start, cell.value, missing))


def _has_ended(year: str, today: date) -> bool:
    end = period_end(year)
    return end is not None and end < today


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""
