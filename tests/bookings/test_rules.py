"""Who may travel with whom and what: one table, the same answers whoever sails.

Every line is asked of our own ship, of a remote operator's, and of a journey with one leg of each.
Birth dates are years before the day of the first sailing, or days after it.
"""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from tests.factories import CONTACT, an_ask

pytestmark = pytest.mark.demo
OUT, BACK = 36, 39  # days ahead
EVERYWHERE = ("house", "remote", "mixed")
ONE_LEG = ("house", "remote")
ADULT = {"birth_date": "1990-04-02"}


class Case(NamedTuple):
    """A party, and what must be answered: a status, the kinds of the passengers, or a code."""

    party: list[dict[str, Any]]
    answer: str
    ways: tuple[str, ...] = EVERYWHERE
    more: Mapping[str, Any] = MappingProxyType({})
    leg: Mapping[str, Any] = MappingProxyType({})


def aged(years: int, days: int = 0) -> dict[str, Any]:
    """Somebody who turns that old on the day of sailing, or so many days after it."""
    return {"years": years, "days": days}


def vehicle(kind: str, **measures: Any) -> dict[str, Any]:
    return {"vehicles": [{"kind": kind, **measures}]}


CASES = {
    "one adult": Case([ADULT], "adult"),
    "an infant alone": Case([aged(1)], "422"),
    "an infant alone, by kind": Case([{"kind": "infant"}], "422"),
    "two infants alone": Case([aged(1), aged(2)], "422"),
    "a child of four alone": Case([aged(4)], "422"),
    "a child alone, by kind": Case([{"kind": "child"}], "422"),
    "eight infants and a child of six": Case([aged(6), *[aged(1)] * 8], "422"),
    "eight infants and one adult": Case([ADULT, *[aged(1)] * 8], "422"),
    "twins and one adult": Case([ADULT, aged(1), aged(1)], "adult,infant,infant"),
    "born in 9999": Case([ADULT, {"birth_date": "9999-12-31"}], "422"),
    "born the day after sailing": Case([ADULT, aged(0, 1)], "422"),
    "born in the year 1": Case([ADULT, {"birth_date": "0001-01-01"}], "422"),
    "born in 1800": Case([ADULT, {"birth_date": "1800-01-01"}], "422"),
    "born on the day": Case([ADULT, aged(0)], "adult,infant"),
    "a kind that is none": Case([ADULT, {"kind": "dragon"}], "422"),
    "only a kind that is none": Case([{"kind": "dragon"}], "422"),
    "an infant by word, grown by date": Case([{**ADULT, "kind": "infant"}], "adult"),
    "twelve on the day": Case([aged(12)], "adult"),
    "twelve the day after": Case([ADULT, aged(12, 1)], "adult,child", ONE_LEG),
    "four on the day": Case([ADULT, aged(4)], "adult,child"),
    "nobody": Case([], "422"),
    "21 people": Case([ADULT] * 21, "422"),
    "a pet less than none": Case([ADULT], "422", more={"pets": -1}),
    "eleven pets": Case([ADULT], "422", more={"pets": 11}),
    "five vehicles": Case([ADULT], "422", more={"vehicles": [{"kind": "car"}] * 5}),
    "a trailer alone": Case([ADULT], "422", more=vehicle("trailer", length_cm=600)),
    "a trailer on a bicycle": Case(
        [ADULT], "422", more={"vehicles": [{"kind": "bicycle"}, {"kind": "trailer"}]}
    ),
    "a car with a trailer": Case(
        [ADULT], "adult", more={"vehicles": [{"kind": "car"}, {"kind": "trailer"}]}
    ),
    "a car of 1 cm": Case([ADULT], "422", more=vehicle("car", length_cm=1, height_cm=1)),
    "a car of less than nothing": Case([ADULT], "422", more=vehicle("car", length_cm=-1)),
    "a car to the moon": Case([ADULT], "422", more=vehicle("car", length_cm=10**9)),
    "a bicycle of 25 m": Case([ADULT], "422", more=vehicle("bicycle", length_cm=2500)),
    "a motorcycle of 20 m": Case([ADULT], "422", more=vehicle("motorcycle", length_cm=2000)),
    "a van of 19 m": Case([ADULT], "422", more=vehicle("van", length_cm=1900)),
    "a car of 60 t": Case([ADULT], "422", more=vehicle("car", weight_kg=60_000)),
    "a camper of 19 t": Case([ADULT], "422", more=vehicle("camper", weight_kg=19_000)),
    "a camper higher than every deck": Case(
        [ADULT], "409 vehicle_too_high", more=vehicle("camper", height_cm=495)
    ),
    "a cabin that is none": Case([ADULT], "4", ONE_LEG, leg={"cabin": "royal"}),
    "no cabin at all, said so": Case([ADULT], "422", leg={"cabins": {"inside2": 0}}),
    "twenty cabins for one": Case([ADULT], "422", leg={"cabins": {"inside2": 20}}),
    "another price than shown": Case(
        [ADULT], "409 price_changed", more={"total": {"amount_minor": 1, "currency": "EUR"}}
    ),
    "a plate of 17 letters": Case([ADULT], "422", more=vehicle("car", plate="A" * 17)),
    "a country with a line end": Case([{**ADULT, "nationality": "GR\n"}], "422"),
    "a country that is none": Case([{**ADULT, "nationality": "XX"}], "422"),
    "a gender that is none": Case([{**ADULT, "gender": "<b>x</b>"}], "422"),
    "a name of blanks": Case([{**ADULT, "given_name": "   "}], "422"),
    "a name with a direction turned": Case([{**ADULT, "family_name": "Lund\u202e"}], "422"),
}


@pytest.mark.parametrize("way", EVERYWHERE)
async def test_it_works(shop, way):
    """Every rule gives the same answer on this way as on the others."""
    legs = await sailings(shop, way)
    day = dt.date.fromisoformat(legs[0]["departs_local"][:10])

    wrong = {}
    for name, case in CASES.items():
        if way in case.ways:
            said = await answer(shop, legs, case, day)
            if not said.startswith(case.answer):
                wrong[name] = f"{said}, and must be {case.answer}"

    assert wrong == {}


async def test_a_birthday_between_the_legs_counts_on_the_way_back(shop):
    legs = await sailings(shop, "return")
    day = dt.date.fromisoformat(legs[0]["departs_local"][:10])
    people = [person(ADULT, day), person(aged(12, 1), day)]

    async with shop.post(
        "/api/v1/bookings", json=an_ask(*(leg["sailing_id"] for leg in legs), people=people)
    ) as made:
        items = (await made.json())["items"]

    by_leg = {
        leg: {item["item"] for item in items if item["leg"] == leg} & {"adult", "child"}
        for leg in (1, 2)
    }
    assert by_leg == {1: {"adult", "child"}, 2: {"adult"}}


async def test_a_long_car_costs_more_whoever_sails(shop):
    for way in ONE_LEG:
        (leg,) = await sailings(shop, way)
        totals, lines = [], {}
        for length_cm in (500, 640):
            wanted = an_ask(
                leg["sailing_id"], people=[person(ADULT)], **vehicle("car", length_cm=length_cm)
            )
            async with shop.post("/api/v1/bookings", json=wanted) as made:
                booking = await made.json()
                totals.append(booking["total"]["amount_minor"])
                lines = {item["item"]: item["quantity"] for item in booking["items"]}
        assert lines["extra_metre"] == 2
        assert totals[1] > totals[0]


async def test_a_sailing_bears_vehicles_up_to_its_own_weight(shop, played):
    (leg,) = await sailings(shop, "house")
    async with played.db.acquire() as conn:
        await conn.execute(
            "update sailing set max_vehicle_kg = 3000 where id = $1::text::uuid", leg["sailing_id"]
        )
    day = dt.date.fromisoformat(leg["departs_local"][:10])

    heavy = Case([ADULT], "", more=vehicle("camper", weight_kg=3001))
    light = Case([ADULT], "", more=vehicle("camper", weight_kg=3000))

    assert await answer(shop, [leg], heavy, day) == "409 vehicle_too_heavy"
    assert await answer(shop, [leg], light, day) == "adult"


async def sailings(shop, way: str) -> list[dict[str, Any]]:
    """Sailings between Piraeus and Heraklion: ours, Thalassa's, one of each, or ours both ways."""
    out, back = (
        await offers(shop, "GRPIR", "GRHER", OUT),
        await offers(shop, "GRHER", "GRPIR", BACK),
    )
    return {
        "house": [out["house"]],
        "remote": [out["remote"]],
        "mixed": [out["remote"], back["house"]],
        "return": [out["house"], back["house"]],
    }[way]


async def offers(shop, origin: str, destination: str, days_ahead: int) -> dict[str, Any]:
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days_ahead)
    address = f"/api/v1/ferries/search?from={origin}&to={destination}&date={day}&vehicles=1"
    async with shop.get(address) as found:
        outbound = (await found.json())["outbound"]
    return {offer["operator"]["kind"]: offer for offer in outbound if offer["bookable"]}


async def answer(shop, legs, case: Case, day: dt.date) -> str:
    """Book, and say what came of it: the kinds of the passengers, or status and code."""
    wanted = {
        "legs": [{"sailing_id": leg["sailing_id"], **case.leg} for leg in legs],
        "passengers": [person(one, day) for one in case.party],
        "contact": CONTACT,
        **case.more,
    }
    async with shop.post("/api/v1/bookings", json=wanted) as made:
        said = await made.json()
        if made.status == 201:
            return ",".join(passenger["kind"] for passenger in said["passengers"])
        return f"{made.status} {said.get('code')}"


def person(one: dict[str, Any], day: dt.date | None = None) -> dict[str, Any]:
    named = {"given_name": "Ada", "family_name": "Lund", **one}
    years, days = named.pop("years", None), named.pop("days", 0)
    if years is not None:
        assert day is not None
        named["birth_date"] = born(day + dt.timedelta(days=days), years).isoformat()
    return named


def born(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
