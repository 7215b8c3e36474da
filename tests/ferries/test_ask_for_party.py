"""Asking for a party: what children of these ages, animals, vehicles and cabins cost on each
sailing, and what has no room for them.
"""

import html
import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import i18n
from maritime_app.app import create_app
from maritime_app.errors import Invalid
from maritime_app.ferries import parties
from maritime_app.ferries.cabins import CabinStock
from maritime_app.ferries.model import AgeBands, Party, Vehicle, VehicleKind
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.search.results.party_words import party_words
from maritime_app.ports import service as port_service
from tests.factories import PRICES, a_port, a_sailing, local_day

INSIDE, TAX = PRICES["cabin:inside2"], 250


@pytest.fixture
async def market(played):
    """The application with the sandbox's operators outside and their ports."""
    async with played.db.transaction() as conn:
        ends = [("GRPIR", "Piraeus"), ("GRHER", "Heraklion")]
        harbours = [a_port(code, name, 37.9, 23.6, "Europe/Athens") for code, name in ends]
        await port_service.seed_ports(conn, harbours)
    async with TestClient(TestServer(create_app(played), port=played.settings.web.port)) as made:
        yield made


async def test_it_works(client, db):
    """Ages are classes by the fare, the dog pays, and beds are in the price, chosen to fit."""
    await a_sailing(db)
    family = {"adults": 2, "ages": "13, 4, 3", "pets": 1, "berths": 1}

    offer = await offered(client, **family)

    people = 3 * PRICES["adult"] + PRICES["child"] + 5 * TAX  # thirteen is grown up, three is free
    assert offer["price"]["amount_minor"] == people + PRICES["pet"] + 2 * INSIDE
    assert offer["berths_in"] == {"inside2": 2}
    assert offer["bookable"]


@pytest.mark.parametrize(
    ("room", "asked", "why_not"),
    [
        ({"cabins": 1}, {"adults": 3, "berths": 1}, "no_berths"),
        ({"cabins": 1}, {"adults": 2, "berths": 1}, None),
        ({"cabins": 0}, {"adults": 2}, None),
        ({}, {"pets": 6}, "no_room_for_pets"),
        ({}, {"pets": 5}, None),
        ({"places": 2}, {"ages": "4,9"}, "full"),
        ({}, {"adults": 0, "ages": "11"}, "not_carried"),
        ({}, {"adults": 0, "ages": "12"}, None),
        ({}, {"adults": 0, "ages": "2,3"}, "not_carried"),
    ],
)
async def test_only_what_has_room_for_them_can_be_booked(client, db, room, asked, why_not):
    await a_sailing(db, **room)
    assert (await offered(client, **asked))["why_not"] == why_not


async def test_the_page_says_it_and_hands_it_on_to_the_booking(client, db):
    sailing = await a_sailing(db)
    family = {"adults": 2, "ages": "9 4", "pets": 1, "berths": 1, "vehicles": "car:430"}
    offer = await offered(client, **family)

    async with client.get("/ferries", params=ask(**family)) as answer:
        page = html.unescape(await answer.text())
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    query = {name: carried[name] for name in (*family, "adults")} | {"out": str(sailing)}
    async with client.get("/bookings/new", params=query) as answer:
        form = html.unescape(await answer.text())

    assert "2 adults, 2 children (4, 9), 1 pet, car of 4.3 m, with a cabin" in page
    assert "with 2 × Inside cabin, 2 berths" in " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert carried["ages"] == "4,9"
    assert f'name="total_minor" value="{offer["price"]["amount_minor"]}"' in form
    assert re.findall(r'name="passengers-\d-age" value="(\d+)"', form) == ["4", "9"]
    assert re.search(r'name="legs-0-cabin_inside2"[^>]*value="2"', form)
    assert re.search(r'name="pets"[^>]*value="1"', form)
    back = re.search(r'href="(/ferries\?[^"]+)">Back to the search', form)
    assert back
    async with client.get(back[1]) as answer:
        assert "2 adults, 2 children (4, 9), 1 pet, car of 4.3 m" in await answer.text()


async def test_every_way_of_asking_the_same_is_one_answer_and_one_page(client, db):
    await a_sailing(db)
    ways = [{"ages": "4,9", "vehicles": "car"}, {"ages": "9 ; 4", "vehicles": "1"}]
    answers = []
    for way in ways:
        async with client.get("/ferries", params=ask(**way)) as answer:
            answers.append((answer.headers["X-Cache"], await answer.read()))

    assert [source for source, _body in answers] == ["miss", "hit"]
    assert answers[0][1] == answers[1][1]
    assert len({parties.party_of(fields(**way)).key for way in ways}) == 1


async def test_what_was_typed_of_a_vehicle_is_a_part_of_the_address(client):
    typed = ask(vehicles="car", model="volkswagen golf", length_cm="", trailer_cm="600", adults=2)
    async with client.get("/ferries", params=typed, allow_redirects=False) as answer:
        there = answer.headers["Location"]
        status = answer.status
    wrong = ask(model="Flying Carpet", length_cm="long", trailer_cm="9999", ages="four")
    async with client.get("/ferries", params=wrong) as answer:
        page = html.unescape(await answer.text())

    assert status == 303
    assert re.search(r"vehicles=car:4\d\d:1\d\d:1\d{3},trailer:600", there.replace("%3A", ":"))
    assert not re.search("model|length_cm|trailer_cm", there)
    assert answer.status == 422
    for words in (
        "We do not know that model",
        "A whole number of centimetres",
        "Whole years with commas",
    ):
        assert words in page
    assert 'value="Flying Carpet"' in page


@pytest.mark.parametrize(
    "asked",
    [
        {"adults": 2, "ages": "4,13", "pets": 1},
        {"adults": 2, "ages": "4,12", "vehicles": "car:430,trailer:600", "berths": 1},
        {"adults": 0, "ages": "15,2"},
    ],
)
async def test_an_operator_counts_children_by_its_own_ages(market, asked):
    """What the search says is what the booking form asks for, of our sailings and others'."""
    sailing, price = None, None
    for offer in (await searched(market, **asked))["outbound"]:
        if offer["operator"]["kind"] == "remote":
            sailing, price = offer["sailing_id"], offer["price"]["amount_minor"]
    assert sailing

    query = {name: str(value) for name, value in asked.items()}
    async with market.get("/bookings/new", params={**query, "out": sailing}) as answer:
        form = await answer.text()

    assert f'name="total_minor" value="{price}"' in form


async def test_an_operator_is_asked_once_more_only_where_its_ages_differ(
    market, played, monkeypatch
):
    gateway, asked = operators.of(played).gateway("THA"), []
    offers = gateway.offers

    async def counted(*way, **more):
        asked.append(way[3])
        return await offers(*way, **more)

    monkeypatch.setattr(gateway, "offers", counted)
    await searched(market, adults=2)
    await searched(market, adults=2, ages="5")
    plain = len(asked)
    found = await searched(market, adults=2, ages="12")  # a child to us, at Thalassa no more

    assert plain == 2
    assert [(party.adults, party.children) for party in asked[plain:]] == [(2, 1), (3, 0)]
    assert {offer["operator"]["code"] for offer in found["outbound"]} == {"THA"}


@pytest.mark.parametrize(
    ("given", "ages"),
    [("4,9", (4, 9)), (" 9 4;0 ", (0, 4, 9)), ("٤، ٩", (4, 9)), ([9, 4], (4, 9)), ("17", (17,))],
)
def test_ages_may_be_written_in_many_ways(given, ages):
    assert parties.ages_of(given) == ages


@pytest.mark.parametrize("given", ["4.5", "four", "3 months", "18", "-1", [18], [-1], "1," * 21])
def test_what_is_no_age_of_a_child_is_refused(given):
    with pytest.raises(Invalid) as refused:
        parties.ages_of(given)
    assert list(refused.value.fields) == ["ages"]


@pytest.mark.parametrize(
    ("ages", "counted"),
    [(AgeBands(), (2, 1, 1)), (AgeBands(5, 11), (3, 0, 1)), (AgeBands(3, 11), (3, 0, 1))],
)
def test_each_sailing_has_its_own_age_classes(ages, counted):
    party = parties.in_classes(Party(2, 0, 0, ages=(2, 12)), ages)
    assert (party.adults, party.children, party.infants) == counted
    assert party.people == 4
    assert party.ages == ()


def test_nobody_lies_in_a_seat():
    stock = [CabinStock("reclining", 600, 1, 50), CabinStock("inside2", 5200, 2, 4)]
    lodged = parties.lodged(Party(3, 0, 1, berths=True), stock)

    assert lodged is not None
    assert lodged.cabins == (("inside2", 2),)
    assert parties.lodged(Party(9, 0, 0, berths=True), stock) is None
    assert parties.lodged(Party(3, 0, 0), []) == Party(3, 0, 0)


@pytest.mark.parametrize(
    ("vehicle", "text"),
    [
        (Vehicle(VehicleKind.CAR, 450, 180, 1800), "car"),
        (Vehicle(VehicleKind.CAR, 430, 180, 1800), "car:430"),
        (Vehicle(VehicleKind.CAR, 450, 150, 1800), "car:450:150"),
        (Vehicle(VehicleKind.CAR, 450, 180, 1400), "car:450:180:1400"),
    ],
)
def test_an_address_has_only_measures_that_are_not_the_usual_ones(vehicle, text):
    assert parties.vehicles_text([vehicle]) == text
    assert parties.vehicles_of(text) == (vehicle,)


def test_a_party_of_plain_people_is_kept_under_the_key_it_always_had():
    """Prices of a month are kept by it in the database."""
    assert Party(1, 0, 0).key == "1.0.0:"
    keys = {
        parties.party_of(fields(**asked)).key
        for asked in (
            {},
            {"pets": 1},
            {"berths": True},
            {"ages": "1"},
            {"ages": "1,1"},
            {"children": 1},
        )
    }
    assert len(keys) == 6


def fields(**asked):
    return parties.PartyFields(**asked)


def ask(**asked):
    plain = {name: str(value) for name, value in asked.items()}
    return {"from": "NOOSL", "to": "DEKEL", "date": str(local_day(20)), **plain}


async def offered(client, **asked):
    async with client.get("/api/v1/ferries/search", params=ask(**asked)) as answer:
        assert answer.status == 200, await answer.text()
        (offer,) = (await answer.json())["outbound"]
        return offer


async def searched(client, **asked):
    ends = {"from": "GRPIR", "to": "GRHER"}
    async with client.get("/api/v1/ferries/search", params=ask(**asked) | ends) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


@pytest.mark.parametrize(("language", "comma"), [("en", ", "), ("el", ", "), ("ar", "، ")])
def test_words_are_listed_with_the_comma_of_their_script(language, comma):
    with i18n.using(language):
        words = party_words(Party(2, 0, 0, ages=(4, 9), pets=1))
    assert words.count(comma) == 3
    assert ("," in words) is (language != "ar")
