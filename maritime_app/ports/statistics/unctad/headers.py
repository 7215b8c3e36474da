"""Which published table a header belongs to, and where its columns are. Pure.

Bulk files: time column(s), `X` and `X Label` per dimension, then for each measure `m`,
`m Footnote`, `m Missing value`. Answers of the query API: the same figures as `X_Code`, `X_Label`,
`M1234_Value` and `M1234_MissingValue`. Capitals and spaces of names do not matter.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from maritime_app.ports.statistics.as_read import Layout, Measure
from maritime_app.ports.statistics.tables import DECIMALS, TABLES, Table

_MEASURE_VALUE = re.compile(r"^(m\d{4})_value$")
_BASE = re.compile(r"^index \(.*\d{4}\s*=\s*100\)$")
_PARTS = (" footnote", " missing value", " label")


class NotATable(ValueError):
    """The header belongs to none of the tables we know."""


def read_header(header: Sequence[str]) -> Layout:
    """Recognise the table and the format by the columns.

    Raise NotATable for any other header, with the table that is nearest and what differs.
    """
    if not any(header):
        raise NotATable("the file is empty")
    names = [_plain(name) for name in header]
    columns = {name: index for index, name in reversed(list(enumerate(names)))}
    codes = [match[1].upper() for match in map(_MEASURE_VALUE.match, names) if match]
    found = _answer_layout(columns, codes) if codes else _bulk_layout(columns)
    if found is None:
        raise NotATable(_nearest(columns, header))
    return found


def _bulk_layout(columns: Mapping[str, int]) -> Layout | None:
    for table in TABLES:
        known = {_plain(label): (label, code) for label, code in table.measures.items()}
        if not all(key.lower() in columns for key in _keys(table)):
            continue
        if not any(label in columns for label in known):
            continue
        others = [name for name in columns if f"{name} footnote" in columns and name not in known]
        measures = [
            _measure(columns, plain, label, code)
            for plain, (label, code) in known.items()
            if plain in columns
        ]
        measures += [_measure(columns, name, name, name) for name in others]
        measures.sort(key=lambda measure: measure.value)
        found = _layout(table, columns, measures, code_suffix="", label_suffix=" label")
        unread = _unread(columns, [*_keys(table), *known, *others])
        return replace(found, notes=(*found.notes, unread)) if unread else found
    return None


def _unread(columns: Mapping[str, int], read: Iterable[str]) -> str:
    """Say which columns nothing is taken of; nothing where there are none."""
    used = {name.lower() + part for name in read for part in ("", *_PARTS)}
    unread = sorted(
        (name for name in columns if name and name not in used), key=columns.__getitem__
    )
    return f"columns that are not read: {', '.join(unread)[:200]}" if unread else ""


def _measure(columns: Mapping[str, int], plain: str, label: str, code: str) -> Measure:
    return Measure(columns[plain], columns.get(f"{plain} missing value"), code, label)


def _answer_layout(columns: Mapping[str, int], codes: Sequence[str]) -> Layout | None:
    for table in TABLES:
        labels = {code: label for label, code in table.measures.items()}
        keys = [_code_column(key).lower() for key in _keys(table)]
        if any(code in labels for code in codes) and all(key in columns for key in keys):
            measures = [_answer_measure(columns, code, labels.get(code, code)) for code in codes]
            return _layout(table, columns, measures, code_suffix="_Code", label_suffix="_label")
    return None


def _answer_measure(columns: Mapping[str, int], code: str, label: str) -> Measure:
    for name in (f"{code}_MissingValue".lower(), f"{code}_MissingValue_Label".lower()):
        if name in columns:
            value = columns[f"{code}_value".lower()]
            return Measure(value, columns[name], code, label, DECIMALS.get(code))
    raise NotATable(f"there is no column with the missing reasons of {code}")


def _layout(
    table: Table,
    columns: Mapping[str, int],
    measures: Iterable[Measure],
    *,
    code_suffix: str,
    label_suffix: str,
) -> Layout:
    def at(key: str) -> int:
        return columns[(_code_column(key) if code_suffix else key).lower()]

    measures = tuple(measures)
    notes = []
    if any(measure.missing is None for measure in measures):
        notes.append("it has no column for missing values: why a figure is missing is not known")
    return Layout(
        table=table,
        columns=max(columns.values()) + 1,
        time=at(table.time_column),
        geo=at(table.geo_column),
        geo_label=columns.get(f"{table.geo_column.lower()}{label_suffix}"),
        market=at(table.market_column) if table.market_column else None,
        measures=measures,
        notes=tuple(notes),
    )


def _nearest(columns: Mapping[str, int], header: Sequence[str]) -> str:
    """Say which table is nearest, and what of it is missing."""
    based = [name for name in header if _BASE.match(_plain(name))]
    scored = [(_missing(table, columns), table) for table in TABLES]
    missing, table = min(scored, key=lambda each: len(each[0]))
    if based and len(missing) == 1 and missing[0].startswith("Index"):
        return (
            f"it is {table.report} on another base: {based[0].strip()} instead of {missing[0]}; "
            "figures of two bases are never mixed"
        )
    if len(missing) > len(table.dimensions) + 1:
        return "its columns belong to none of the UNCTADstat tables known here"
    return f"the nearest table is {table.report}, but there is no column {', '.join(missing)}"


def _missing(table: Table, columns: Mapping[str, int]) -> list[str]:
    missing = [key for key in _keys(table) if key.lower() not in columns]
    if not any(_plain(label) in columns for label in table.measures):
        missing.append(next(iter(table.measures)))
    return missing


def _keys(table: Table) -> list[str]:
    return [table.time_column, *table.dimensions]


def _code_column(key: str) -> str:
    """Return the query API's name of a key column; years are plain numbers there."""
    return key if key == "Year" else f"{key}_Code"


def _plain(name: str) -> str:
    return " ".join(name.removeprefix("\ufeff").split()).casefold()
