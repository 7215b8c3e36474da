"""Whether the schema is still as the last migration left it.

After each run the catalogue's columns, constraints and indexes are written down in
`schema_catalogue`; before the next one they are compared. A guard that somebody dropped by hand (a
check against overselling) is found here and nowhere else. Partitions come and go, and an index more
is the administrator's business: neither counts.
"""

from typing import NamedTuple

import asyncpg

from maritime_app.infra.migrate.files import MigrationError

_TABLE = """
create table if not exists schema_catalogue (
    kind text not null, name text not null, definition text not null, primary key (kind, name)
)
"""
_CATALOGUE = """
with ours as (
    select c.oid, c.relname from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition and c.relname not in ('schema_version', 'schema_catalogue')
)
select 'column' as kind, o.relname || '.' || a.attname as name,
       format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
           as definition
from ours o join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
union all
-- That a column is not null is a constraint of its own from PostgreSQL 18 on: it stands above.
select 'constraint', o.relname || '.' || n.conname, pg_get_constraintdef(n.oid)
from ours o join pg_constraint n on n.conrelid = o.oid and n.contype <> 'n'
union all
select 'index', o.relname || '.' || i.relname, pg_get_indexdef(i.oid)
from ours o join pg_index x on x.indrelid = o.oid join pg_class i on i.oid = x.indexrelid
"""


_NEWEST = "select coalesce(max(version), '') from schema_version"


class Part(NamedTuple):
    """A column, constraint or index: `name` is table and name."""

    kind: str
    name: str


_VERSION = Part("version", "")


async def differences(conn: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """Return what is no longer as the last migration left it, in words."""
    await conn.execute(_TABLE)
    left = await _parts(conn, "select kind, name, definition from schema_catalogue")
    if left.pop(_VERSION, None) != await conn.fetchval(_NEWEST):
        return []  # the first time; or somebody is migrating, or stopped in the middle of it
    found = await _parts(conn, _CATALOGUE)
    words = [f"the {kind} {name} is missing" for kind, name in sorted(left.keys() - found.keys())]
    words += [
        f"the {part.kind} {part.name} is {found[part]}, not {left[part]}"
        for part in sorted(left.keys() & found.keys())
        if left[part] != found[part]
    ]
    unknown = sorted(part for part in found.keys() - left.keys() if part.kind != "index")
    return words + [f"the {kind} {name} is unknown" for kind, name in unknown]


async def refuse(conn: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Raise MigrationError when the schema was changed by other hands."""
    if words := await differences(conn):
        raise MigrationError(
            f"the schema was changed by hand: {'; '.join(words)}. Put it back, or keep it so with "
            "`python run.py migrate --accept-changes`"
        )


async def write_down(conn: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Keep how the catalogue looks now."""
    await conn.execute(_TABLE)
    await conn.execute("delete from schema_catalogue")
    await conn.execute(
        f"insert into schema_catalogue (kind, name, definition) values ('version', '', ({_NEWEST}))"  # noqa: S608
    )
    await conn.execute(f"insert into schema_catalogue (kind, name, definition) {_CATALOGUE}")


async def _parts(conn: "asyncpg.Connection[asyncpg.Record]", query: str) -> dict[Part, str]:
    return {Part(row["kind"], row["name"]): row["definition"] for row in await conn.fetch(query)}
