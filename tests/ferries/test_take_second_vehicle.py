"""Take a second vehicle along at the search, or leave one out: by the form, without a script."""

import html
import re

import pytest

from tests.factories import a_sailing, local_day


def ask(**more):
    way = {"from": "NOOSL", "to": "DEKEL", "date": str(local_day(20)), "adults": 2}
    return {name: str(value) for name, value in (way | more).items()}


async def led_to(client, query):
    """Return the vehicles of the address to which the form leads."""
    async with client.get("/ferries", params=query, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        there = html.unescape(answer.headers["Location"])
    assert not re.search("another|without|_cm", there)
    found = re.search(r"vehicles=([^&]*)", there)
    return found[1].replace("%3A", ":").replace("%2C", ",") if found else ""


async def test_it_works(client, db):
    """The search prices both, and the booking form opens with both at that price."""
    sailing = await a_sailing(db)
    assert await led_to(client, ask(vehicles="car", another_cm="430")) == "car:430,car"

    both = ask(vehicles="car:430,car")
    async with client.get("/api/v1/ferries/search", params=both) as answer:
        (offer,) = (await answer.json())["outbound"]
    async with client.get("/ferries", params=both) as answer:
        page = html.unescape(await answer.text())
    assert "2 adults, car of 4.3 m, car" in page
    assert re.findall(r'name="without"\s+value="([\w:]+)"', page) == ["car:430", "car"]
    asked = {"out": str(sailing), "adults": "2", "vehicles": "car:430,car"}
    async with client.get("/bookings/new", params=asked) as answer:
        form = html.unescape(await answer.text())
    assert f'name="total_minor" value="{offer["price"]["amount_minor"]}"' in form
    assert all(f'name="vehicles-{number}-kind"' in form for number in (0, 1))


@pytest.mark.parametrize(
    ("typed", "vehicles"),
    [
        ({"vehicles": "car", "another": "car"}, "car,car"),
        ({"vehicles": "car", "another_cm": "430"}, "car,car:430"),
        ({"vehicles": "car", "another": "camper", "another_cm": "720"}, "car,camper:720"),
        ({"another": "bicycle"}, "bicycle"),
        ({"vehicles": "car", "length_cm": "430", "another": "van"}, "car:430,van"),
        ({"vehicles": "car", "trailer_cm": "600", "another": "van"}, "car,van,trailer:600"),
        ({"vehicles": "car,motorcycle", "without": "motorcycle"}, "car"),
        ({"vehicles": "car,motorcycle", "without": "car", "another": "van"}, "motorcycle,van"),
        ({"vehicles": "car,car", "without": "car"}, "car"),
        ({"vehicles": "car", "without": "car"}, ""),
        ({"vehicles": "car", "without": "submarine"}, "car"),
    ],
)
async def test_what_is_added_and_left_out_is_a_part_of_the_address(client, db, typed, vehicles):
    found = await led_to(client, ask(**typed))
    assert sorted(found.split(",")) == sorted(vehicles.split(","))


async def test_two_can_be_left_out_at_once(client, db):
    query = [*ask(vehicles="bicycle,bicycle,car").items(), *[("without", "bicycle")] * 2]
    assert await led_to(client, query) == "car"


async def test_all_that_is_wrong_is_said_at_once(client, db):
    wrong = ask(vehicles="car", another="submarine", another_cm="long", trailer_cm="9999", ages="x")
    async with client.get("/ferries", params=wrong) as answer:
        page = html.unescape(await answer.text())
    assert answer.status == 422
    for field in ("s-another", "s-another-length", "s-trailer", "s-ages"):
        assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', page), field
    assert 'value="long"' in page


async def test_a_trailer_does_not_stay_without_what_draws_it(client, db):
    query = ask(vehicles="car,trailer:600", without="car")
    async with client.get("/ferries", params=query) as answer:
        assert answer.status == 422
