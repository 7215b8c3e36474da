"""Named SQL out of sql/queries/, and what its rows become.

`SQL = queries.load("ports")`, then `await SQL.port_by_code.fetch_optional(conn, Port, code)`: the
struct stands beside the name of the query, the columns find its fields by name (see `rows`), and
`tests/test_queries.py` compares both on a migrated database.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from asyncpg import Record

from maritime_app.infra import rows
from maritime_app.infra.db import Conn

T = TypeVar("T")

QUERIES_DIR = Path(__file__).resolve().parent.parent.parent / "sql" / "queries"
# -- name: <query>(<parameters>), then perhaps -- not null: <columns>; a list may go on in the next
# comment line after a comma.
_LIST = r"(?:,\n--|[\w, ])*"
_HEADER = re.compile(
    rf"^-- name: (\w+)\(({_LIST})\)[ \t]*$(?:\n-- not null: ({_LIST})$)?", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Query:
    """One statement; `params` are the names of $1, $2, ... in the order of its header.

    Where the header is followed by `-- not null: a, b`, these columns are never null although
    PostgreSQL cannot know it (counts, coalesce, ...).
    """

    name: str
    params: tuple[str, ...]
    sql: str
    not_null: frozenset[str] = frozenset()
    _makers: dict[Any, Callable[[Record], Any]] = field(default_factory=dict, compare=False)

    async def fetch_all(self, conn: Conn, kind: type[T], *args: Any) -> list[T]:
        """Every row as a `kind`: a struct by column name, anything else from the only column."""
        records = await conn.fetch(self.sql, *args)
        if not records:
            return []
        make = self._maker(kind, records[0])
        return [make(row) for row in records]

    async def fetch_optional(self, conn: Conn, kind: type[T], *args: Any) -> T | None:
        """The first row as a `kind`, or None."""
        row = await conn.fetchrow(self.sql, *args)
        return None if row is None else self._maker(kind, row)(row)

    async def fetch_one(self, conn: Conn, kind: type[T], *args: Any) -> T:
        """The first row as a `kind`. Raises LookupError when there is none."""
        row = await conn.fetchrow(self.sql, *args)
        if row is None:
            raise LookupError(f"query {self.name} returned no row")
        return self._maker(kind, row)(row)

    async def execute(self, conn: Conn, *args: Any) -> int:
        """Run the statement and return how many rows it inserted, changed or deleted."""
        status: str = await conn.execute(self.sql, *args)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    def _maker(self, kind: type[T], row: Record) -> Callable[[Record], T]:
        """Made of the first row's column names, and kept: a query's columns do not change."""
        make = self._makers.get(kind)
        if make is None:
            make = self._makers[kind] = rows.maker(kind, tuple(row.keys()))
        return make

    async def all(self, conn: Conn, *args: Any) -> list[Record]:
        """Every row."""
        return await conn.fetch(self.sql, *args)

    async def maybe(self, conn: Conn, *args: Any) -> Record | None:
        """The first row, or None."""
        return await conn.fetchrow(self.sql, *args)

    async def one(self, conn: Conn, *args: Any) -> Record:
        """The first row. Raises LookupError when there is none."""
        row = await conn.fetchrow(self.sql, *args)
        if row is None:
            raise LookupError(f"query {self.name} returned no row")
        return row

    async def value(self, conn: Conn, *args: Any) -> Any:
        """The first column of the first row, or None."""
        return await conn.fetchval(self.sql, *args)

    async def run(self, conn: Conn, *args: Any) -> int:
        """Execute and say how many rows were affected."""
        status: str = await conn.execute(self.sql, *args)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0


class Queries:
    """The queries of one file, as attributes."""

    def __init__(self, domain: str, queries: dict[str, Query]) -> None:
        self._domain = domain
        self._queries = queries

    def __getattr__(self, name: str) -> Query:
        try:
            return self._queries[name]
        except KeyError:
            raise AttributeError(
                f"sql/queries/{self._domain}.sql has no query named {name}"
            ) from None

    def __iter__(self) -> Any:
        return iter(self._queries.values())


@cache
def load(domain: str) -> Queries:
    """The queries of sql/queries/<domain>.sql.

    Raises ValueError for a file with a name used twice.
    """
    text = (QUERIES_DIR / f"{domain}.sql").read_text()
    records: dict[str, Query] = {}
    headers = list(_HEADER.finditer(text))
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        name, params = header[1], tuple(_names(header[2]))
        body = text[header.end() : following.start() if following else len(text)]
        if name in records:
            raise ValueError(f"sql/queries/{domain}.sql: {name} stands there twice")
        not_null = frozenset(_names(header[3] or ""))
        records[name] = Query(name, params, body.strip().rstrip(";"), not_null)
    return Queries(domain, records)


def _names(text: str) -> list[str]:
    return re.findall(r"\w+", text)
