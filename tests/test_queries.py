"""Every named query is prepared on the migrated schema: names, columns and the number of arguments
are right.
"""

from pathlib import Path

import pytest

from maritime_app.infra import queries

FILES = sorted((Path(__file__).resolve().parent.parent / "sql" / "queries").glob("*.sql"))


async def test_it_works(db):
    async with db.acquire() as conn:
        statement = await conn.prepare(queries.load("jobs").claim_jobs.sql)
        assert len(statement.get_parameters()) == 3


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_every_query_prepares(db, file):
    found = list(queries.load(file.stem))
    assert found
    async with db.acquire() as conn:
        for query in found:
            statement = await conn.prepare(query.sql)
            assert len(statement.get_parameters()) == len(query.params), (
                f"{file.name}: {query.name}"
            )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_query_takes_what_it_names(file):
    """Lower case, and $n for exactly the names in the header."""
    for query in queries.load(file.stem):
        for number in range(1, len(query.params) + 1):
            assert f"${number}" in query.sql, f"{file.name}: {query.name} does not use ${number}"
