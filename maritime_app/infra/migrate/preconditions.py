"""What the server must be before anything is changed: version, encoding, writable, our rights."""

import asyncpg

from maritime_app.infra.migrate.files import MigrationError

_OLDEST = 150_000
_LOOK = """
select current_setting('server_version_num')::int as version,
       current_setting('server_encoding') as encoding,
       current_setting('transaction_read_only') = 'on' or pg_is_in_recovery() as read_only,
       current_database() as database, current_user as user,
       has_schema_privilege(current_schema(), 'create') as may_create,
       (select string_agg(c.relname, ', ' order by c.relname) from pg_class c
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
          and not c.relispartition
          and not pg_has_role(c.relowner, 'usage')) as foreign_tables
"""


async def require(conn: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Raise MigrationError for the first thing that is not as we need it; say how to mend it."""
    found = await conn.fetchrow(_LOOK)
    assert found is not None  # a select without a table has one row
    database, user = found["database"], found["user"]
    if found["version"] < _OLDEST:
        raise MigrationError(f"PostgreSQL {found['version'] // 10_000} is too old: 15 is needed")
    if found["encoding"] != "UTF8":
        raise MigrationError(
            f"the database {database} has the encoding {found['encoding']}, UTF8 is needed: "
            f"create database ... encoding 'UTF8' template template0"
        )
    if found["read_only"]:
        raise MigrationError(
            f"the database {database} can only be read here: name the primary in DATABASE_URL"
        )
    if not found["may_create"]:
        raise MigrationError(
            f"{user} may not create tables in {database}: grant create, usage on schema public "
            f'to "{user}"'
        )
    if found["foreign_tables"]:
        raise MigrationError(
            f"{user} does not own {found['foreign_tables']}: migrate as their owner"
        )
