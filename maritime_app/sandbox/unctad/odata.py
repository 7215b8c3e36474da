"""A query in the words of UNCTADstat's query API to the rows of a table, as CSV.

Understood: `$select` of paths and computed names, `$compute=path as name`, and a `$filter` of `path
in (...)` and `path eq value` joined by `and`. In the answer `/` becomes `_`. Codes are quoted in
filters, years are not.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping

from maritime_app.ports.statistics.tables import Table

_TERM = re.compile(r"^([\w/]+) (?:in \(([^()]*)\)|eq (.+))$")
_COMPUTED = re.compile(r"^([\w/]+) as (\w+)$")
Row = Mapping[str, str]


class BadQuery(ValueError):
    """The query cannot be read, or names what the table does not have."""


def answer(table: Table, bulk: bytes, form: Mapping[str, str]) -> bytes:
    """Return the rows that the form selects, of a table that is given as its bulk CSV.

    Raise BadQuery for a form that cannot be carried out.
    """
    rows = list(_rows(table, bulk))
    paths = _computed(form.get("$compute", ""))
    columns = _parts(form.get("$select", "")) or list(rows[0])
    filters = _filter(form.get("$filter", ""))
    for path in [*(paths.get(column, column) for column in columns), *filters]:
        if path not in rows[0]:
            raise BadQuery(f"there is no {path}")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.replace("/", "_") for column in columns)
    for values in rows:
        if all(values[path] in allowed for path, allowed in filters.items()):
            writer.writerow(values[paths.get(column, column)] for column in columns)
    return out.getvalue().encode()


def _rows(table: Table, bulk: bytes) -> Iterator[Row]:
    for row in csv.DictReader(io.StringIO(bulk.decode())):
        values: dict[str, str] = {}
        for key in [table.time_column, *table.dimensions]:
            if key == "Year":  # a plain number, without code and label
                values[key] = row[key]
            else:
                values |= {f"{key}/Code": row[key], f"{key}/Label": row[f"{key} Label"]}
        for label, code in table.measures.items():
            values |= {
                f"{code}/Value": row[label],
                f"{code}/Footnote/Text": row[f"{label} Footnote"],
            }
            values[f"{code}/MissingValue/Label"] = row[f"{label} Missing value"]
        yield values


def _computed(text: str) -> dict[str, str]:
    """Return paths by the names that `$compute` gives them."""
    paths = {}
    for part in _parts(text):
        match = _COMPUTED.match(part)
        if not match:
            raise BadQuery(f"$compute: {part}")
        paths[match[2]] = match[1]
    return paths


def _filter(text: str) -> dict[str, set[str]]:
    filters = {}
    for term in text.split(" and ") if text else ():
        match = _TERM.match(term.strip())
        if not match:
            raise BadQuery(f"$filter: {term}")
        quoted = _parts(match[2]) if match[2] is not None else [match[3]]
        if match[1] == "Year":
            if not all(value.isdigit() for value in quoted):
                raise BadQuery(f"$filter: {term}: a year is a number")
            filters["Year"] = set(quoted)
            continue
        if not all(len(value) > 1 and value[0] == value[-1] == "'" for value in quoted):
            raise BadQuery(f"$filter: {term}: a code is text")
        filters[match[1]] = {value[1:-1] for value in quoted}
    return filters


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
