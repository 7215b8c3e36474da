"""UNCTADstat CSV to observations. Pure; every row becomes observations or a counted reason.

Bulk files: time column(s), `X` and `X Label` per dimension, then three columns per measure: `m`,
`m Footnote`, `m Missing value`. A column is a measure exactly when `<column> Footnote` exists.
Answers of the query API: the same figures as `X_Code`, `X_Label`, `M1234_Value` and
`M1234_MissingValue`. Codes are text.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from maritime_app.ports.statistics.model import (
    Geo,
    GeoKind,
    Layout,
    Measure,
    ObservationRow,
    Reading,
)
from maritime_app.ports.statistics.periods import period_start
from maritime_app.ports.statistics.tables import DECIMALS, TABLES, Table
from maritime_app.ports.statistics.unctad import economies

NOT_STATED: Final = "Not stated"
# UNECE Recommendation 16: country and three characters, letters or 2 to 9.
_UNLOCODE = re.compile(r"^[A-Z]{2}[A-Z2-9]{3}$")
_ECONOMY = re.compile(r"^\d{1,4}$")
_MARKET = re.compile(r"^\d{1,2}$")
_MEASURE_VALUE = re.compile(r"^(M\d{4})_Value$")
_UNKNOWN_TABLE = "the columns belong to none of the UNCTADstat tables known here"
_WORLD, _HEADING = "0000", "0001"


class NotATable(ValueError):
    """The header belongs to none of the tables we know."""


def read_header(header: Sequence[str]) -> Layout:
    """Recognise the table and the format by the columns; raise NotATable for any other header."""
    names = [name.strip().removeprefix("\ufeff") for name in header]
    columns = {name: index for index, name in enumerate(names)}
    measures = [match[1] for match in map(_MEASURE_VALUE.match, names) if match]
    layout = _answer_layout(columns, measures) if measures else _bulk_layout(columns)
    return replace(layout, columns=len(names))


def read_rows(layout: Layout, rows: Iterable[Sequence[str]], reading: Reading) -> None:
    """Add rows to the reading; each is either accepted or rejected for one reason."""
    for row in rows:
        reading.rows += 1
        reason = _read_row(layout, row, reading)
        if reason:
            reading.rejected[reason] += 1
        else:
            reading.accepted += 1


def _bulk_layout(columns: Mapping[str, int]) -> Layout:
    labels = [name for name in columns if f"{name} Footnote" in columns]
    for table in TABLES:
        has_measure = any(label in table.measures for label in labels)
        if has_measure and all(key in columns for key in _keys(table)):
            codes = {label: table.measures.get(label) or label for label in labels}
            # The value, its footnote, its missing reason: two columns behind the value.
            measures = tuple(
                Measure(columns[label], columns[label] + 2, code, label)
                for label, code in codes.items()
            )
            return _layout(table, columns, measures, code_suffix="", label_suffix=" Label")
    raise NotATable(_UNKNOWN_TABLE)


def _answer_layout(columns: Mapping[str, int], codes: Sequence[str]) -> Layout:
    for table in TABLES:
        labels = {code: label for label, code in table.measures.items()}
        keys = [_code_column(key) for key in _keys(table)]
        if any(code in labels for code in codes) and all(key in columns for key in keys):
            measures = tuple(
                _answer_measure(columns, code, labels.get(code, code)) for code in codes
            )
            return _layout(table, columns, measures, code_suffix="_Code", label_suffix="_Label")
    raise NotATable(_UNKNOWN_TABLE)


def _answer_measure(columns: Mapping[str, int], code: str, label: str) -> Measure:
    for name in (f"{code}_MissingValue", f"{code}_MissingValue_Label"):
        if name in columns:
            value = columns[f"{code}_Value"]
            return Measure(value, columns[name], code, label, DECIMALS.get(code))
    raise NotATable(f"there is no column with the missing reasons of {code}")


def _layout(
    table: Table,
    columns: Mapping[str, int],
    measures: tuple[Measure, ...],
    *,
    code_suffix: str,
    label_suffix: str,
) -> Layout:
    at = {key: columns[_code_column(key) if code_suffix else key] for key in _keys(table)}
    return Layout(
        table=table,
        columns=len(columns),
        time=at[table.time_column],
        geo=at[table.geo_column],
        geo_label=columns.get(f"{table.geo_column}{label_suffix}"),
        market=at[table.market_column] if table.market_column else None,
        measures=measures,
    )


def _keys(table: Table) -> list[str]:
    return [table.time_column, *table.dimensions]


def _code_column(key: str) -> str:
    """Return the query API's name of a key column; years are plain numbers there."""
    return key if key == "Year" else f"{key}_Code"


def _read_row(layout: Layout, row: Sequence[str], reading: Reading) -> str | None:
    if not any(row):
        return "blank row"
    if len(row) != layout.columns:
        return "wrong number of columns"
    period = row[layout.time].strip()
    starts = period_start(period)
    if starts is None:
        return "unreadable period"
    code, kind, reason = _geo_code(layout.table.geo_column, row[layout.geo].strip())
    if reason:
        return reason
    market = "" if layout.market is None else row[layout.market].strip()
    if layout.market is not None and not _MARKET.match(market):
        return "unreadable ship type"
    market = market.zfill(2) if market else ""
    key = (period, code, market)
    if key in reading.keys:
        return "repeats an earlier row"
    observations: list[ObservationRow] = []
    for measure in layout.measures:
        value = _number(row[measure.value], measure.decimals)
        if value is not None and math.isnan(value):
            return "unreadable figure"
        missing = None if value is not None else row[measure.missing].strip() or NOT_STATED
        observations.append(
            ObservationRow(measure.code, code, market, period, starts, value, missing)
        )
    reading.keys.add(key)
    reading.observations += observations
    if code not in reading.geos:
        reading.geos[code] = _geo(layout, code, kind, row)
    return None


def _geo_code(column: str, code: str) -> tuple[str, GeoKind, str | None]:
    """Return the code as published, what it stands for, and why it cannot be used, if so."""
    if column == "Port":
        return code, GeoKind.PORT, None if _UNLOCODE.match(code) else "unreadable place code"
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
    return Geo(code, kind, label, country)


def _number(text: str, decimals: int | None) -> float | None:
    """Return the figure rounded to `decimals`: None for an empty cell, NaN for no finite number."""
    text = text.strip()
    if not text:
        return None
    try:
        value = float(text)
        if decimals is not None and len(text.partition(".")[2]) > decimals:
            value = float(Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    except (ValueError, InvalidOperation):
        return math.nan
    return value if math.isfinite(value) else math.nan
