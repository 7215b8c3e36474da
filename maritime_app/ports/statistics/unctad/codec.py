"""UNCTADstat CSV -> observations. Pure; every row becomes observations or a counted reason.

Bulk files: time column(s), `X` and `X Label` per dimension, then three columns per measure: `m`, `m
Footnote`,
`m Missing value`. A column is a measure exactly when `<column> Footnote` exists. Codes are text.
Answers of the query API: the same facts as `X_Code`, `X_Label`, `M1234_Value` and
`M1234_MissingValue`.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from maritime_app.ports.statistics.model import DECIMALS, TABLES, Geo, GeoKind, Table
from maritime_app.ports.statistics.unctad import economies

_PERIODS = (
    (re.compile(r"^(\d{4})$"), 12),
    (re.compile(r"^(\d{4})S0([12])$"), 6),
    (re.compile(r"^(\d{4})Q0([1-4])$"), 3),
    (re.compile(r"^(\d{4})M(0[1-9]|1[0-2])$"), 1),
)
_UNLOCODE = re.compile(r"^[A-Z]{2}[A-Z2-9]{3}$")
_ECONOMY = re.compile(r"^\d{1,4}$")
_MARKET = re.compile(r"^\d{1,2}$")
_MEASURE_VALUE = re.compile(r"^(M\d{4})_Value$")
_UNKNOWN = "the columns belong to none of the UNCTADstat tables known here"
_WORLD, _HEADING = "0000", "0001"
NOT_STATED = "Not stated"

# measure, geo_code, vessel_market, period_code, period_start, value, missing_reason
ObservationRow = tuple[str, str, str, str, date, float | None, str | None]


class NotATable(ValueError):
    """The header belongs to none of the tables we know."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Where a measure's value and its missing reason stand; `decimals` None: as printed."""

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
    """A file so far: observations and places, and how every row ended."""

    observations: list[ObservationRow] = field(default_factory=list)
    geos: dict[str, Geo] = field(default_factory=dict)
    rows: int = 0
    kept: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    seen: set[tuple[str, str, str]] = field(default_factory=set)


def read_header(header: Sequence[str]) -> Layout:
    """Recognise the table and the format by the columns. Raises NotATable."""
    columns = [name.strip().removeprefix("\ufeff") for name in header]
    found = {name: index for index, name in enumerate(columns)}
    asked = [match[1] for match in map(_MEASURE_VALUE.match, columns) if match]
    layout = _answer_layout(found, asked) if asked else _bulk_layout(found)
    return replace(layout, columns=len(columns))


def _bulk_layout(found: dict[str, int]) -> Layout:
    labels = [name for name in found if f"{name} Footnote" in found]
    for table in TABLES:
        if any(label in table.measures for label in labels) and all(
            key in found for key in _keys(table)
        ):
            codes = [(found[label], table.measures.get(label) or label, label) for label in labels]
            measures = tuple(Measure(at, at + 2, code, label) for at, code, label in codes)
            return _layout(table, found, measures, "", " Label")
    raise NotATable(_UNKNOWN)


def _answer_layout(found: dict[str, int], asked: Sequence[str]) -> Layout:
    for table in TABLES:
        labels = {code: label for label, code in table.measures.items()}
        keys = [_code_column(key) for key in _keys(table)]
        if any(code in labels for code in asked) and all(key in found for key in keys):
            measures = tuple(_answer_measure(found, code, labels.get(code, code)) for code in asked)
            return _layout(table, found, measures, "_Code", "_Label")
    raise NotATable(_UNKNOWN)


def _answer_measure(found: dict[str, int], code: str, label: str) -> Measure:
    for name in (f"{code}_MissingValue", f"{code}_MissingValue_Label"):
        if name in found:
            return Measure(found[f"{code}_Value"], found[name], code, label, DECIMALS.get(code))
    raise NotATable(f"there is no column with the missing reasons of {code}")


def _layout(
    table: Table, found: dict[str, int], measures: tuple[Measure, ...], code: str, label: str
) -> Layout:
    columns = {key: found[_code_column(key) if code else key] for key in _keys(table)}
    return Layout(
        table=table,
        columns=len(found),
        time=columns[table.time_column],
        geo=columns[table.geo_column],
        geo_label=found.get(f"{table.geo_column}{label}"),
        market=columns[table.market_column] if table.market_column else None,
        measures=measures,
    )


def _keys(table: Table) -> list[str]:
    return [
        table.time_column,
        table.geo_column,
        *([table.market_column] if table.market_column else []),
    ]


def _code_column(key: str) -> str:
    """The query API's name of a key column; years are plain numbers there."""
    return key if key == "Year" else f"{key}_Code"


def read_rows(layout: Layout, rows: Iterable[Sequence[str]], reading: Reading) -> None:
    """Add rows to the reading; each is either kept or left out under one reason."""
    for row in rows:
        reading.rows += 1
        reason = _read_row(layout, row, reading)
        if reason:
            reading.left_out[reason] += 1
        else:
            reading.kept += 1


def period_start(code: str) -> date | None:
    """The first day of "2024", "2018S02", "2024Q01" or "2023M02"; None for anything else."""
    for pattern, months in _PERIODS:
        match = pattern.match(code)
        if match and int(match[1]) > 0:
            number = int(match[2]) if months < 12 else 1
            return date(int(match[1]), (number - 1) * months + 1, 1)
    return None


def period_label(code: str) -> str:
    """A period as people read it: Q1 2024, H2 2018, 2023-02, 2024."""
    for sign, name in (("Q0", "Q"), ("S0", "H")):
        if code[4:6] == sign:
            return f"{name}{code[6:]} {code[:4]}"
    return f"{code[:4]}-{code[5:]}" if code[4:5] == "M" else code


def _read_row(layout: Layout, row: Sequence[str], reading: Reading) -> str | None:
    if not any(row):
        return "blank row"
    if len(row) != layout.columns:
        return "wrong number of columns"
    period = row[layout.time].strip()
    starts = period_start(period)
    if starts is None:
        return "unreadable period"
    code, kind, reason = _geo(layout.table.geo_column, row[layout.geo].strip())
    if reason:
        return reason
    market = "" if layout.market is None else row[layout.market].strip()
    if layout.market is not None and not _MARKET.match(market):
        return "unreadable ship type"
    market = market.zfill(2) if market else ""
    if (period, code, market) in reading.seen:
        return "repeats an earlier row"
    found: list[ObservationRow] = []
    for measure in layout.measures:
        value = _number(row[measure.value], measure.decimals)
        if value is not None and math.isnan(value):
            return "unreadable figure"
        missing = None if value is not None else row[measure.missing].strip() or NOT_STATED
        found.append((measure.code, code, market, period, starts, value, missing))
    reading.seen.add((period, code, market))
    reading.observations += found
    if code not in reading.geos:
        reading.geos[code] = _place(layout, code, kind, row)
    return None


def _geo(column: str, code: str) -> tuple[str, GeoKind, str | None]:
    if column == "Port":
        return code, "port", None if _UNLOCODE.match(code) else "unreadable place code"
    if not _ECONOMY.match(code):
        return code, "economy", "unreadable place code"
    # A spreadsheet strips leading zeros: 0 was 0000, 36 was 036. Four digits are groups.
    code = code.zfill(4) if int(code) <= 1 else code.zfill(3)
    if code == _HEADING:
        return code, "group", "heading, not a place"
    return code, "world" if code == _WORLD else "group" if len(code) == 4 else "economy", None


def _place(layout: Layout, code: str, kind: GeoKind, row: Sequence[str]) -> Geo:
    label = row[layout.geo_label].strip() if layout.geo_label is not None else code
    country = code[:2] if kind == "port" else None
    if kind == "economy":
        country = economies.country_of(layout.table.report, code)
    return Geo(code, kind, label, country)


def _number(text: str, decimals: int | None) -> float | None:
    """None for an empty cell, NaN for what is not a finite number."""
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
