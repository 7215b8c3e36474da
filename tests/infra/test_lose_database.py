"""A server that goes away under a statement: the caller is told to come again, and the next one is
served.
"""

import asyncpg
import pytest

from maritime_app.errors import Unavailable


async def test_it_works(db):
    with pytest.raises(Unavailable):
        async with db.transaction() as conn:
            await _cut(conn, db)
            await conn.fetchval("select 1")
    async with db.acquire() as conn:
        assert await conn.fetchval("select 2") == 2


async def test_a_cut_before_the_commit(db):
    with pytest.raises(Unavailable):
        async with db.transaction() as conn:
            await _cut(conn, db)
    async with db.acquire() as conn:
        assert await conn.fetchval("select 3") == 3


async def test_an_error_of_the_statement_stays_what_it_is(db):
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with db.acquire() as conn:
            await conn.fetchval("select 1 / 0")
    with pytest.raises(asyncpg.UndefinedTableError):
        async with db.transaction() as conn:
            await conn.fetchval("select 1 from nowhere")


async def _cut(conn, db):
    backend = conn.get_server_pid()
    async with db.acquire() as other:
        assert await other.fetchval("select pg_terminate_backend($1, 2000)", backend)
