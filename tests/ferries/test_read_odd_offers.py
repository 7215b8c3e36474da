"""What a remote operator offers that cannot be: it is left out, and costs neither its other offers
nor the search.
"""

from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.ferries.operators import codec
from maritime_app.ferries.operators.model import Party, PriceQuestion
from maritime_app.resources import open_resources
from maritime_app.settings.model import RemoteOperator
from tests.factories import ADA, CONTACT, a_sailing, local_day

DAY = local_day(20).isoformat()
QUESTION = PriceQuestion("NOOSL", "DEKEL", DAY, Party())
SAILING = {
    "code": "NDL-1",
    "operator_code": "NDL",
    "depart_place": "NOOSL",
    "destination_place": "DEKEL",
    "depart_at": f"{DAY}T12:00:00Z",
    "arrive_at": f"{DAY}T20:00:00Z",
    "ship_name": "Aurora",
    "ship_imo": 9074729,
}
CABIN = {"type": "inside4", "price_minor": 5000, "berths": 4, "left": 3}
COST = {"category": "Passenger", "description": "adult", "quantity": 1, "amount_minor": 4300}
OFFER = {
    "sailing": SAILING,
    "is_available": True,
    "is_vehicle_available": True,
    "is_accommodation_available": True,
    "is_pet_available": True,
    "currency": "EUR",
    "total_minor": 4300,
    "costs": [COST],
    "accommodations": [CABIN],
    "token": "t",
    "token_expires_at": f"{DAY}T00:00:00Z",
}

HELD = {
    "reference": "R",
    "operator_reference": "N",
    "status": "Reserved",
    "party": {},
    "sailing": SAILING,
    "expires_at": f"{DAY}T00:00:00Z",
    "currency": "EUR",
    "total_minor": 4300,
    "costs": [COST],
}
ASKED = {"legs": [{"sailing_id": "NDL~NDL-1"}], "passengers": [ADA], "contact": CONTACT}


def offer(code="NDL-2", **told):
    """An offer with other words, of its sailing too."""
    sailing = SAILING | {"code": code} | {key: told.pop(key) for key in set(told) & set(SAILING)}
    return OFFER | {"sailing": sailing} | told


def read(*offers):
    answered = [msgspec.Raw(msgspec.json.encode(each)) for each in offers]
    return [each.sailing.code for each in codec.offers("NDL", answered, QUESTION)]


ODD = [
    {"depart_at": f"{DAY}T12:00:00"},  # of which clock?
    {"arrive_at": f"{DAY}T20:00:00"},
    {"arrive_at": f"{DAY}T11:00:00Z"},
    {"arrive_at": "9999-12-31T23:59:59-12:00"},
    {"depart_at": "0001-01-01T00:00:00+14:00"},
    {"depart_at": "2031-01-01T00:00:00Z", "arrive_at": "2031-01-01T08:00:00Z"},
    {"depart_place": "DEKEL", "destination_place": "NOOSL"},
    {"code": "a/../b?c#d"},
    {"code": ""},
    {"code": "x" * 101},
    {"ship_name": "Aur\x00ra"},
    {"currency": "eur"},
    {"currency": ""},
    {"total_minor": -1},
    {"total_minor": 10**30},
    {"total_minor": None},
    {"costs": [COST | {"amount_minor": 5}]},
    {"costs": [COST | {"amount_minor": 10**30}, COST | {"amount_minor": 4300 - 10**30}]},
    {"costs": [COST | {"quantity": -1}]},
    {"accommodations": [CABIN | {"berths": 0}]},
    {"accommodations": [CABIN | {"left": -1}]},
    {"accommodations": [CABIN | {"price_minor": -1}]},
    {"ages": {"child_to_age": 10**20}},
    {"token_expires_at": "tomorrow"},
]


def test_it_works():
    assert read(OFFER, offer()) == ["NDL-1", "NDL-2"]
    assert read() == []


@pytest.mark.parametrize("told", ODD)
def test_an_offer_that_cannot_be_costs_no_other(told):
    assert read(offer(**told), OFFER, [1], "x") == ["NDL-1"]


def test_a_sailing_stands_there_once():
    assert read(OFFER, OFFER) == ["NDL-1"]


def test_nothing_but_what_cannot_be_is_no_answer():
    with pytest.raises(ValueError, match="no offer that can be read"):
        read(offer(currency=""))


@asynccontextmanager
async def sold_by(settings, answered):
    """The whole application with one operator, which answers like that."""
    outside = web.Application()
    outside.router.add_route("*", "/{tail:.*}", answered)
    async with TestServer(outside) as server:
        odd = RemoteOperator("NDL", "Nordlys", str(server.make_url("")).rstrip("/"), "", 2.0)
        known = msgspec.structs.replace(settings, operators=(odd,))
        async with open_resources(known, domains.PARTS) as res:
            ours = await a_sailing(res.db)
            async with TestClient(TestServer(create_app(res))) as client:
                yield client, str(ours)


@pytest.mark.parametrize("odd", ["Discount", "", "passenger"])
def test_a_line_of_another_category_is_one_all_the_same(odd):
    assert read(offer(costs=[COST | {"category": odd}])) == ["NDL-2"]


async def test_the_search_says_who_failed(settings):
    """Beside it stands what others offer: our own boat."""

    async def answered(request: web.Request) -> web.Response:
        return web.json_response({"offers": [offer(depart_at=f"{DAY}T12:00:00")]})

    async with sold_by(settings, answered) as (client, ours):
        where = f"/api/v1/ferries/search?from=NOOSL&to=DEKEL&date={DAY}"
        async with client.get(where) as answer:
            assert answer.status == 200
            said = await answer.json()
    assert [each["sailing_id"] for each in said["outbound"]] == [ours]
    assert [(each["code"], each["status"]) for each in said["operators"]] == [("NDL", "failed")]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, 201),
        ({"costs": []}, 503),
        ({"total_minor": 5_000}, 503),
        ({"status": "Refused"}, 503),
        ({"status": "Expired"}, 503),
    ],
)
async def test_a_hold_that_is_none_is_given_back(settings, told, status):
    """Booked as its lines say, the operator would charge us another amount."""
    asked = []

    async def answered(request: web.Request) -> web.Response:
        asked.append(request.path.rpartition("/")[2])
        if request.path == "/prices":
            return web.json_response({"offers": [OFFER]})
        if request.method == "GET":
            return web.json_response({"sailing": SAILING, "resources": []})
        return web.json_response(HELD | told)

    async with (
        sold_by(settings, answered) as (client, _ours),
        client.post("/api/v1/bookings", json=ASKED) as answer,
    ):
        assert answer.status == status, await answer.text()
    assert ("cancellation" in asked) is (status != 201)


PAST = "2026-11-01T00:00:00Z"


@pytest.mark.parametrize(
    ("of_offer", "of_sailing", "shown", "status"),
    [
        (PAST, PAST, "sales_closed", 409),
        (None, PAST, None, 409),
        (f"{DAY}T11:00:00Z", f"{DAY}T11:00:00Z", None, 201),
        ("2026-11-01T00:00:00", "2026-11-01T00:00:00", None, 201),  # of which clock?
        (0, {"at": "noon"}, None, 201),
    ],
)
async def test_what_is_not_sold_any_more_is_shown_and_refused(
    settings, of_offer, of_sailing, shown, status
):
    """Closed more than a week before it leaves, too; a time that is none is as if not said."""

    async def answered(request: web.Request) -> web.Response:
        if request.path == "/prices":
            return web.json_response({"offers": [OFFER | {"sales_close_at": of_offer}]})
        if request.method == "GET":
            left = {"sailing": SAILING, "resources": [], "sales_close_at": of_sailing}
            return web.json_response(left)
        return web.json_response(HELD)

    async with sold_by(settings, answered) as (client, _ours):
        where = f"/api/v1/ferries/search?from=NOOSL&to=DEKEL&date={DAY}"
        async with client.get(where) as answer:
            found = (await answer.json())["outbound"]
        (theirs,) = (each for each in found if each["sailing_id"] == "NDL~NDL-1")
        assert (theirs["bookable"], theirs.get("why_not")) == (shown is None, shown)
        async with client.post("/api/v1/bookings", json=ASKED) as answer:
            told = await answer.json()
    assert (answer.status, told.get("code")) == (status, "sales_closed" if status == 409 else None)


async def test_a_nul_in_a_word_of_an_operator_stops_no_booking(settings):
    """PostgreSQL holds none: a confirmation would have failed again and again."""

    async def answered(request: web.Request) -> web.Response:
        if request.path == "/prices":
            return web.json_response({"offers": [OFFER]})
        if request.method == "GET":
            return web.json_response({"sailing": SAILING, "resources": []})
        line = COST | {"description": "adu\x00lt"}
        return web.json_response(HELD | {"operator_reference": "N\x001", "costs": [line]})

    async with (
        sold_by(settings, answered) as (client, _ours),
        client.post("/api/v1/bookings", json=ASKED) as answer,
    ):
        assert answer.status == 201, await answer.text()
