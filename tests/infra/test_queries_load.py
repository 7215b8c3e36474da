"""Named SQL: found by name, described by its header, honest about what came back."""

import pytest

from maritime_app.infra import queries


@pytest.fixture
def ships(tmp_path, monkeypatch):
    """A file of queries, as a domain has one."""
    (tmp_path / "ships.sql").write_text(
        "-- Ships.\n\n"
        "-- name: named(name, imo)\n-- Why it is asked.\n"
        "select $1::text as name, $2::int as imo;\n\n"
        "-- name: none()\nselect 1 as one where false;\n\n"
        "-- name: long(name,\n--     imo)\n-- not null: name,\n--     imo\n"
        "select $1::text as name, $2::int as imo;\n\n"
        "-- name: three()\nselect n from generate_series(1, 3) as n;\n\n"
        "-- name: touch(most)\nupdate pg_temp.deck set number = number where number <= $1;\n"
    )
    monkeypatch.setattr(queries, "QUERIES_DIR", tmp_path)
    queries.load.cache_clear()
    yield queries.load("ships")
    queries.load.cache_clear()


async def test_it_works(ships, db):
    async with db.acquire() as conn:
        row = await ships.named.one(conn, "Nereid", 9222000)

    assert (row["name"], row["imo"]) == ("Nereid", 9222000)
    assert ships.named.params == ("name", "imo")
    assert [query.name for query in ships] == ["named", "none", "long", "three", "touch"]


async def test_a_header_may_go_on_in_the_next_line(ships):
    assert ships.long.params == ("name", "imo")
    assert ships.long.not_null == {"name", "imo"}
    assert ships.long.sql == "select $1::text as name, $2::int as imo"


async def test_what_comes_back(ships, db):
    async with db.transaction() as conn:
        assert await ships.none.maybe(conn) is None
        assert await ships.none.value(conn) is None
        assert await ships.none.all(conn) == []
        assert [row["n"] for row in await ships.three.all(conn)] == [1, 2, 3]
        with pytest.raises(LookupError, match="query none returned no row"):
            await ships.none.one(conn)


async def test_run_says_how_many_rows_it_touched(ships, db):
    async with db.transaction() as conn:
        await conn.execute("create temp table deck (number int) on commit drop")
        await conn.execute("insert into deck values (1), (2), (3)")
        assert await ships.touch.run(conn, 2) == 2
        assert await ships.touch.run(conn, 0) == 0


def test_a_query_that_does_not_exist_is_named_with_its_file(ships):
    with pytest.raises(AttributeError, match=r"sql/queries/ships\.sql has no query named nmaed"):
        _ = ships.nmaed


def test_a_name_used_twice_is_refused(tmp_path, monkeypatch):
    (tmp_path / "twice.sql").write_text("-- name: a()\nselect 1;\n-- name: a()\nselect 2;\n")
    monkeypatch.setattr(queries, "QUERIES_DIR", tmp_path)

    with pytest.raises(ValueError, match=r"twice\.sql: a stands there twice"):
        queries.load("twice")
