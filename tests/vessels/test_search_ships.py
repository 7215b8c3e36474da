"""Ships by any part of a name are those that reading every name finds, and none is read for it."""

import random

import pytest

from maritime_app.vessels import store
from maritime_app.vessels.model import Source

SOURCES = (Source.NMEA, Source.AISSTREAM)
# Every name is read: what the search was before there were millions of them.
READ_ALL = """
    select mmsi from (
        select distinct on (mmsi) mmsi, name, seen_at from vessel
        where source = any($4::smallint[])
          and (folded_case(name) like '%' || folded_case($1) || '%'
              or folded_case(callsign) like folded_case($1) || '%' or mmsi = $2 or imo = $2)
        order by mmsi, static_at desc
    ) as found
    order by folded_case(name) like folded_case($1) || '%' desc nulls last, seen_at desc, mmsi
    limit $3
"""
ADD = """
    insert into vessel (mmsi, kind, name, callsign, imo, source, first_seen_at, seen_at, static_at)
    values ($1, 0, $2, $3, $4, $5, now(), now() - make_interval(secs => $6), now())
"""


@pytest.fixture
async def conn(db):
    """Three hundred ships with names of few letters, so that parts of them come again."""
    chance = random.Random(7)
    async with db.acquire() as conn:
        for number in range(300):
            name = "".join(chance.choices("ABÄΣ_ 1", k=chance.randint(1, 20))).strip()
            call, imo = f"A{number}", 9_000_000 + number
            row = name or None, call, imo, chance.choice((1, 2, 3)), chance.random() * 1e6
            await conn.execute(ADD, 200_000_000 + number, *row)
        yield conn


async def found(conn, words, number=None, limit=20):
    matches = await store.search_vessels(conn, words, number, limit, SOURCES)
    return [match.mmsi for match in matches]


async def read(conn, words, number=None, limit=20):
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = await conn.fetch(READ_ALL, escaped, number, limit, list(SOURCES))
    return [row["mmsi"] for row in rows]


async def test_it_works(conn):
    """Whoever asks gets the same ships in the same order."""
    chance = random.Random(8)
    for _ in range(200):
        words = (
            chance.choice("abς1")
            + "".join(chance.choices("abäς_ 1%", k=chance.randint(1, 5))).rstrip()
        )
        words = words if len(words) > 1 else "bä"  # one letter is not looked for
        limit = chance.choice((1, 5, 20, 400))
        assert await found(conn, words, None, limit) == await read(conn, words, None, limit), words


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("200000007", 200_000_007),
        ("9000007", 9_000_007),
        ("A12", None),
        ("a1", None),
        ("\\a", None),
    ],
)
async def test_by_number_and_call_sign(conn, words, number):
    assert await found(conn, words, number) == await read(conn, words, number)


async def test_a_name_of_two_sources_is_one_ship(conn):
    await conn.execute(ADD, 200_000_500, "NEREID", None, None, 1, 5.0)
    await conn.execute(ADD, 200_000_500, "NEREID", None, None, 2, 1.0)

    assert await found(conn, "nere") == [200_000_500]
    assert await found(conn, "reid") == [200_000_500]
