"""Rows of UNCTADstat to observations. Pure; every row becomes observations or a counted reason,
and a bad cell costs that cell.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from maritime_app.ports.statistics.as_read import (
    NOT_ENDED,
    Geo,
    Layout,
    ObservationRow,
    Reading,
    RefusedCell,
)
from maritime_app.ports.statistics.model import GeoKind
from maritime_app.ports.statistics.numbers import read_cell
from maritime_app.ports.statistics.periods import is_of_kind, period_end, period_start
from maritime_app.ports.statistics.tables import LIMITS
from maritime_app.ports.statistics.unctad import economies

NOT_STATED: Final = "Not stated"
_FIRST_YEAR: Final = 1948  # no series of UNCTADstat begins earlier
# UNECE Recommendation 16: country and three characters, letters or 2 to 9; officially with a space.
_UNLOCODE = re.compile(r"^([A-Z]{2}) ?([A-Z2-9]{3})$")
_SUMS = {"TOTAL", "WORLD"}  # of a last row, written as if they were places of TO and WO
_ECONOMY = re.compile(r"^\d{1,4}$", re.ASCII)
_MARKET = re.compile(r"^\d{1,2}$", re.ASCII)
_WORLD, _HEADING = "0000", "0001"


def read_rows(layout: Layout, rows: Iterable[Sequence[str]], reading: Reading, today: date) -> None:
    """Add rows to the reading; each is either accepted or rejected for one reason.

    A period that has not ended by `today` has no figure yet.
    """
    for row in rows:
        reading.rows += 1
        reason = _read_row(layout, row, reading, today)
        if reason:
            reading.reject(reason)
        else:
            reading.accepted += 1


def _read_row(layout: Layout, row: Sequence[str], reading: Reading, today: date) -> str | None:
    if not any(row):
        return "blank row"
    if any("\x00" in cell for cell in row):
        return "a NUL in it"
    # Spreadsheets drop empty cells at the end, or add some.
    if any(row[layout.columns :]) or len(row) <= max(layout.time, layout.geo, layout.market or 0):
        return "wrong number of columns"
    row = [*row, *[""] * (layout.columns - len(row))]
    key, reason = _key(layout, row, today)
    if reason == NOT_ENDED:
        # Without a word of it, the figure's history would say that this file does not have it.
        reading.refused += (
            RefusedCell(each.code, key.code, key.market, key.period, NOT_ENDED)
            for each in layout.measures
            if row[each.value].strip()
        )
    if reason:
        return reason
    if key.codes in reading.keys:
        again = _figures(_observations(layout, row, key, Reading()))
        if reading.keys[key.codes] == again:
            return "repeats an earlier row"
        return "other figures than an earlier row of the same, which holds"
    observations = _observations(layout, row, key, reading)
    if not observations:
        return "no readable figure"
    reading.keys[key.codes] = _figures(observations)
    reading.observations += observations
    if key.code not in reading.geos:
        reading.geos[key.code] = _geo(layout, key.code, key.kind, row)
    return None


def _figures(observations: Iterable[ObservationRow]) -> int:
    return hash(tuple((each.measure, each.value) for each in observations))


class _Key:
    """What a row is about: its period, place and ship type."""

    __slots__ = ("code", "kind", "market", "period", "starts")

    def __init__(self, period: str, starts: date, code: str, kind: GeoKind, market: str) -> None:
        self.period, self.starts = period, starts
        self.code, self.kind, self.market = code, kind, market

    @property
    def codes(self) -> tuple[str, str, str]:
        return self.period, self.code, self.market


_NO_KEY = _Key("", date.min, "", GeoKind.WORLD, "")


def _key(layout: Layout, row: Sequence[str], today: date) -> tuple[_Key, str | None]:
    period = row[layout.time].strip()
    starts, ends = period_start(period), period_end(period)
    if starts is None or ends is None:
        again = period.casefold() == layout.table.time_column.casefold()
        return _NO_KEY, "the header again" if again else "unreadable period"
    if not is_of_kind(period, layout.table.time_column):
        return _NO_KEY, "a period of another kind"
    if starts.year < _FIRST_YEAR:
        return _NO_KEY, f"a period before {_FIRST_YEAR}"
    code, kind, reason = _geo_code(layout.table.geo_column, row[layout.geo].strip())
    if reason:
        return _NO_KEY, reason
    market = "" if layout.market is None else row[layout.market].strip()
    if layout.market is not None and not _MARKET.match(market):
        return _NO_KEY, "unreadable ship type"
    key = _Key(period, starts, code, kind, market.zfill(2) if market else "")
    return key, NOT_ENDED if ends >= today else None


def _observations(
    layout: Layout, row: Sequence[str], key: _Key, reading: Reading
) -> list[ObservationRow]:
    found = []
    for measure in layout.measures:
        cell = read_cell(
            row[measure.value],
            measure.decimals,
            LIMITS.get(measure.code),
            decimal_comma=layout.decimal_comma,
        )
        if cell.fault:
            refused = RefusedCell(measure.code, key.code, key.market, key.period, cell.fault)
            reading.reject_cell(measure.label, refused)
            continue
        if cell.note:
            reading.notes.add(cell.note)
        missing = None
        if cell.blank:
            reason = "" if measure.missing is None else row[measure.missing].strip()
            missing = reason or NOT_STATED
        found.append(
            ObservationRow(
                measure.code, key.code, key.market, key.period, key.starts, cell.value, missing
            )
        )
    return found


def _geo_code(column: str, code: str) -> tuple[str, GeoKind, str | None]:
    """Return the code as published, what it stands for, and why it cannot be used, if so."""
    if column == "Port":
        match = _UNLOCODE.match(" ".join(code.upper().split()))
        if not match or code.upper() in _SUMS:
            return code, GeoKind.PORT, "unreadable place code"
        return match[1] + match[2], GeoKind.PORT, None
    if not _ECONOMY.match(code):
        return code, GeoKind.ECONOMY, "unreadable place code"
    # A spreadsheet strips leading zeros: 0 was 0000, 36 was 036. Four digits are groups.
    code = code.zfill(4) if int(code) <= 1 else code.zfill(3)
    if code == _HEADING:
        return code, GeoKind.GROUP, "heading, not a place"
    if code == _WORLD:
        return code, GeoKind.WORLD, None
    return code, GeoKind.GROUP if len(code) == 4 else GeoKind.ECONOMY, None


def _geo(layout: Layout, code: str, kind: GeoKind, row: Sequence[str]) -> Geo:
    label = row[layout.geo_label].strip() if layout.geo_label is not None else code
    country = code[:2] if kind is GeoKind.PORT else None
    if kind is GeoKind.ECONOMY:
        country = economies.country_of(layout.table.report, code)
    return Geo(code, kind, label or code, country)
