"""Every named query is prepared on the migrated schema and compared with what is made of
its rows.
"""

import re
from pathlib import Path

import msgspec
import psycopg
import pytest

from maritime_app import domains
from maritime_app.infra import queries
from maritime_app.infra.queries import Query
from tests import prepared
from tests.prepared import Use

FILES = sorted((Path(__file__).resolve().parent.parent / "sql" / "queries").glob("*.sql"))


class Ship(msgspec.Struct):
    """What the controls below make of rows."""

    name: str
    mmsi: int | None


@pytest.fixture
def conn(database_url):
    """A connection by libpq, which says from which table a column comes."""
    with psycopg.connect(database_url, autocommit=True) as made:
        yield made


def test_it_works(conn):
    found = prepared.columns(conn, queries.load("jobs").claim_jobs)
    assert found[0].name == "id"
    assert found[0].type == "uuid"


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
def test_no_query_folds_case_by_the_locale_of_the_database(file):
    """In a Turkish one lower() and ilike know a dotless i: folded_case() or "C" instead."""
    for query in queries.load(file.stem):
        assert by_locale(query.sql) == [], f"{file.name}: {query.name}"


def test_a_query_that_would_is_found():
    assert by_locale("select lower(name)") == ["lower(name)"]
    assert by_locale("where code ilike $1 || '%' or true") == ["ilike $1 || '%' or true"]
    assert by_locale('where code = upper($1 collate "C")') == []


def by_locale(sql):
    return [
        part
        for part in re.findall(r"\b(?:(?:lower|upper|initcap)\(|ilike\b|~\*)[^\n]*", sql)
        if 'collate "C"' not in part
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_query_takes_what_it_names(file):
    """Lower case, and $n for exactly the names in the header."""
    for query in queries.load(file.stem):
        for number in range(1, len(query.params) + 1):
            assert f"${number}" in query.sql, f"{file.name}: {query.name} does not use ${number}"


def test_rows_fit_the_structs_that_they_become(conn):
    """Names, types, and None wherever a column may be null."""
    found = [
        f"{use.place}, {use.query.name}: {difference}"
        for use in prepared.uses()
        for difference in prepared.differences(use, prepared.columns(conn, use.query))
    ]
    assert found == []


def test_every_invariant_says_what_is_wrong_with_what(conn):
    """They are run by whoever knows them all, so the test above does not see them."""
    words = [("subject", "text"), ("detail", "text")]
    for invariant in domains.INVARIANTS:
        found = [(column.name, column.type) for column in prepared.columns(conn, invariant.query)]
        assert found == ([("id", "uuid"), *words] if invariant.walk else words), invariant.name


def test_a_header_promises_only_columns_that_exist(conn):
    for file in FILES:
        for query in queries.load(file.stem):
            if query.not_null:
                names = {column.name for column in prepared.columns(conn, query)}
                assert query.not_null <= names, f"{file.name}: {query.name}"


@pytest.mark.parametrize(
    ("sql", "difference"),
    [
        ("select name, mmsi from ferry", None),
        ("select mmsi, name from ferry", None),
        ("select name from ferry", "Ship.mmsi has no column mmsi"),
        ("select name, mmsi, code from ferry", "Ship has no field for code"),
        ("select mmsi as name, imo as mmsi from ferry where mmsi is not null", "Ship.name may not"),
        ("select name, code as mmsi from ferry", "Ship.mmsi is <class 'int'>"),
        ("select max(name) as name, 1 as mmsi from ferry", "Ship.name may not be None"),
        (
            "select f.name, f.mmsi from operator o left join ferry f on f.operator_id = o.id",
            "Ship.name may not be None",
        ),
        (
            "select o.name, f.mmsi from operator o left join ferry f on f.operator_id = o.id",
            None,
        ),
        ("with known as (select name, mmsi from ferry) select * from known", None),
        ("update ferry set name = 'x' returning name, mmsi", None),
    ],
)
def test_what_differs_is_found(conn, sql, difference):
    """The control: a struct that does not fit would fail the test above."""
    query = Query("control", (), sql)
    found = prepared.differences(
        Use("here", query, Ship, "fetch_all"), prepared.columns(conn, query)
    )
    assert found[0].startswith(difference) if difference else not found, found


def test_a_header_can_say_what_postgresql_does_not_know(conn):
    sql = "select max(name) as name, 1 as mmsi from ferry"
    query = Query("control", (), sql, frozenset({"name"}))
    use = Use("here", query, Ship, "fetch_all")
    assert prepared.differences(use, prepared.columns(conn, query)) == []
