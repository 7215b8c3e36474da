"""Ferry lines and ports with departures, as maps draw them."""

import pytest

from maritime_app.ferries.reach.lines import unbroken
from tests.factories import a_sailing


async def lines(client, **headers):
    async with client.get("/api/v1/ferries/lines", headers=headers) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_it_works(client, db):
    """Oslo to Kiel goes by sea, out of the Oslofjord and round Skagen."""
    await a_sailing(db)

    found = await lines(client)

    (line,) = found["lines"]["features"]
    known = line["properties"]
    assert set(known["ends"]) == {"NOOSL", "DEKEL"}
    assert known["sold"]
    assert known["href"].startswith("/ferries?from=")
    assert len(known["operators"]) == 1
    way = line["geometry"]["coordinates"]
    assert len(way) > 2, "a straight line leads over Sweden"
    assert {port["properties"]["code"] for port in found["ports"]["features"]} == {"NOOSL", "DEKEL"}
    assert {port["properties"]["href"] for port in found["ports"]["features"]} == {
        "/ferries/departures?port=NOOSL",
        "/ferries/departures?port=DEKEL",
    }


async def test_where_a_line_leads_there_is_a_page(client, db):
    await a_sailing(db)
    found = await lines(client)
    features = found["lines"]["features"] + found["ports"]["features"]

    for href in {feature["properties"]["href"] for feature in features}:
        async with client.get(href) as page:
            assert page.status == 200, href


async def test_both_directions_are_one_line(client, db):
    await a_sailing(db)
    async with db.transaction() as conn:
        await conn.execute(
            "insert into route (id, operator_id, code, name, origin_id, destination_id, source)"
            " select gen_random_uuid(), operator_id, code || '-back', name, destination_id,"
            " origin_id, source from route"
        )

    assert len((await lines(client))["lines"]["features"]) == 1


@pytest.mark.parametrize("turned", [False, True])
async def test_a_line_begins_where_boats_leave(client, db, turned):
    """Also where they sail one way only: the search from the other port finds none."""
    await a_sailing(db)
    if turned:
        async with db.transaction() as conn:
            await conn.execute(
                "update route set origin_id = destination_id, destination_id = origin_id"
            )
    async with db.acquire() as conn:
        leaves = await conn.fetchval(
            "select port.code from route join port on port.id = route.origin_id"
        )

    (line,) = (await lines(client))["lines"]["features"]

    assert line["properties"]["ends"][0] == leaves
    assert line["properties"]["href"].startswith(f"/ferries?from={leaves}&")


async def test_nothing_sails(client):
    found = await lines(client)

    assert found["lines"] == {"type": "FeatureCollection", "features": []}
    assert found["ports"]["features"] == []


async def test_a_map_that_has_them_is_told_so(client, db):
    await a_sailing(db)
    async with client.get("/api/v1/ferries/lines") as first:
        tag = first.headers["ETag"]

    async with client.get("/api/v1/ferries/lines", headers={"If-None-Match": tag}) as again:
        assert again.status == 304


@pytest.mark.pure
def test_a_line_across_180_degrees_goes_on():
    assert unbroken([(179.0, -17.0), (-179.5, -16.0), (178.0, -15.0)]) == (
        (179.0, -17.0),
        (180.5, -16.0),
        (178.0, -15.0),
    )
    assert unbroken([(-179.0, 0.0), (179.0, 1.0)]) == ((-179.0, 0.0), (-181.0, 1.0))
    assert unbroken([]) == ()
