"""The part of ArcGIS' where clauses that is understood: comparisons joined by AND. Pure.

`portid='port1'`, `date >= DATE '2026-09-01'`, `lat > 51.2`, `ObjectId > 7`, `1=1`.
"""

import re
from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt
from typing import Any, Final

_TERM: Final = re.compile(
    r"^(\w+)\s*(>=|<=|=|>|<)\s*(?:(DATE)\s+)?(?:'([^']*)'|(-?\d+(?:\.\d+)?))$"
)
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": eq, ">=": ge, "<=": le, ">": gt, "<": lt
}  # fmt: skip
Condition = Callable[[Mapping[str, Any]], bool]


class BadWhere(ValueError):
    """The clause cannot be read, or compares text with numbers."""


def conditions(text: str, columns: frozenset[str]) -> list[Condition]:
    """Return a test for each term; raise BadWhere, also for a column that there is not."""
    return [_condition(term.strip(), columns) for term in text.split(" AND ")]


def _condition(term: str, columns: frozenset[str]) -> Condition:
    if term.replace(" ", "") == "1=1":
        return lambda _row: True
    match = _TERM.match(term)
    if not match or match[1] not in columns:
        raise BadWhere(term)
    name, sign, is_date, text, number = match.groups()
    # A date-only field takes DATE '...' and nothing else.
    if (name == "date") != bool(is_date):
        raise BadWhere(term)
    value: Any = text if text is not None else float(number)
    compare = _COMPARE[sign]
    return lambda row: row[name] is not None and compare(row[name], value)
