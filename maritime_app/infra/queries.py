"""Named SQL out of sql/queries/: `SQL = queries.load("ports")`, then
`SQL.port_by_code.row(conn, Port, code)`.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from asyncpg import Record

from maritime_app.infra.db import Conn

QUERIES_DIR = Path(__file__).resolve().parent.parent.parent / "sql" / "queries"
T = TypeVar("T")
_HEADER = re.compile(r"^-- name: (\w+)\(([^)]*)\)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """One statement; `params` are the names of $1, $2, ... in the order of its header."""

    name: str
    params: tuple[str, ...]
    sql: str

    async def rows(self, conn: Conn, kind: type[T], *args: Any) -> list[T]:
        """Return every row as that struct, by column name."""
        return [msgspec.convert(dict(row), kind) for row in await conn.fetch(self.sql, *args)]

    async def row(self, conn: Conn, kind: type[T], *args: Any) -> T | None:
        """Return the first row as that struct, by column name; None if there is none."""
        row = await conn.fetchrow(self.sql, *args)
        return None if row is None else msgspec.convert(dict(row), kind)

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
    found: dict[str, Query] = {}
    headers = list(_HEADER.finditer(text))
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        name, params = header[1], tuple(p.strip() for p in header[2].split(",") if p.strip())
        body = text[header.end() : following.start() if following else len(text)]
        if name in found:
            raise ValueError(f"sql/queries/{domain}.sql: {name} stands there twice")
        found[name] = Query(name, params, body.strip().rstrip(";"))
    return Queries(domain, found)
