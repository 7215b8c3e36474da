"""Ships whose next crossing is sold here, as the map and a ship's page stress them."""

from datetime import datetime
from typing import Any

import pytest

from maritime_app.clock import zone
from tests.factories import a_return, a_sailing, local_day
from tests.vessels.frames import AURORA, NEREID


async def ships(client: Any) -> list[dict[str, Any]]:
    async with client.get("/api/v1/ferries/ships") as answer:
        assert answer.status == 200
        found = await answer.json()
    return list(found["ships"])


async def test_it_works(client: Any, db: Any) -> None:
    await a_sailing(db, days_ahead=1)

    (ship,) = await ships(client)

    assert (ship["mmsi"], ship["ends"], ship["names"]) == (
        AURORA,
        ["NOOSL", "DEKEL"],
        ["Oslo", "Kiel"],
    )
    assert ship["timezone"] == "Europe/Oslo"
    leaves = datetime.fromisoformat(ship["departs_at"]).astimezone(zone("Europe/Oslo"))
    assert ship["href"] == f"/ferries?from=NOOSL&to=DEKEL&date={leaves.date()}"
    assert leaves.date() == local_day(1)


async def test_it_leads_to_a_search_that_finds_the_sailing(client: Any, db: Any) -> None:
    await a_sailing(db, days_ahead=1)
    (ship,) = await ships(client)
    async with client.get(ship["href"]) as answer:
        assert answer.status == 200
        assert "Aurora Borealis" in await answer.text()


async def test_a_boat_that_is_late_past_midnight_is_searched_on_the_day_of_its_timetable(
    client: Any, db: Any
) -> None:
    """Due in the evening, expected a day later: the search of that day has it, the next has not."""
    await a_sailing(db, days_ahead=0.5)
    async with db.transaction() as conn:
        await conn.execute(
            "update sailing set expected_departs_at = departs_at + interval '1 day',"
            " expected_arrives_at = arrives_at + interval '1 day'"
        )
    (ship,) = await ships(client)
    leaves = datetime.fromisoformat(ship["departs_at"]).astimezone(zone("Europe/Oslo"))
    assert leaves.date() == local_day(1.5)
    assert ship["href"].endswith(f"date={local_day(0.5)}")
    async with client.get(ship["href"]) as answer:
        assert "Aurora Borealis" in await answer.text()


async def test_of_several_crossings_the_next_one_counts(client: Any, db: Any) -> None:
    await a_return(db, days_ahead=1.5)
    await a_sailing(db, days_ahead=0.5)
    assert [ship["ends"] for ship in await ships(client)] == [["NOOSL", "DEKEL"]]


@pytest.mark.parametrize(
    "change",
    [
        "update sailing set status = 'cancelled'",
        "update sailing set status = 'closed'",
        "update sailing set fare_id = null",
        "update operator set kind = 'listed'",
        "update ferry set mmsi = null",
        "update capacity set taken = total where resource = 'passenger'",
    ],
)
async def test_what_cannot_be_booked_is_not_stressed(client: Any, db: Any, change: str) -> None:
    await a_sailing(db, days_ahead=1)
    async with db.transaction() as conn:
        await conn.execute(change)
    assert await ships(client) == []


async def test_neither_is_what_leaves_much_later(client: Any, db: Any) -> None:
    await a_sailing(db, days_ahead=3)
    assert await ships(client) == []


async def test_the_ships_page_has_it_as_a_part(client: Any, db: Any) -> None:
    await a_sailing(db, days_ahead=1)
    async with client.get(f"/ferries/ships/{AURORA}?lang=de") as answer:
        part = await answer.text()
    assert answer.status == 200
    assert "Oslo – Kiel" in part
    assert "Diese Überfahrt buchen" in part
    assert f'href="/ferries?from=NOOSL&amp;to=DEKEL&amp;date={local_day(1)}"' in part
    for other in (NEREID, "nothing"):
        async with client.get(f"/ferries/ships/{other}") as answer:
            assert answer.status == 204
