"""Searching: own and remote sailings in one answer, kept for a while, dropped when something
changes.
"""

import asyncio
import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.cli.processes.sandbox_settings import use_sandbox
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.operators.model import OperatorRefused
from maritime_app.ports import service as port_service
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from maritime_app.web.app_keys import RESOURCES
from tests.factories import BO, a_port, a_sailing, an_ask, book

AHEAD = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()


@pytest.fixture
async def sailing(db):
    """The Aurora Borealis with five places."""
    return await a_sailing(db, places=5)


@pytest.fixture
async def market(played):
    """The application with the sandbox's operators outside; nobody works its queues."""
    async with TestClient(TestServer(create_app(played), port=played.settings.web.port)) as made:
        yield made


async def test_it_works(client, db, sailing):
    found, headers = await search(client, date=await day_of(db), adults=2, children=1)

    (offer,) = found["outbound"]
    assert headers["X-Cache"] == "miss"
    assert (offer["sailing_id"], offer["ferry"]) == (str(sailing), "Aurora Borealis")
    assert offer["operator"] == {
        "code": "NOR",
        "name": "Northern Test Line",
        "kind": "house",
        "demo": True,
    }
    assert offer["price"] == {"amount_minor": 2 * 4300 + 2150 + 3 * 250, "currency": "EUR"}
    assert (offer["bookable"], offer["places_left"], offer["why_not"]) == (True, 5, None)
    assert offer["duration_minutes"] == 1200
    assert offer["cabins"] == [
        {
            "type": "inside2",
            "price": {"amount_minor": 5400, "currency": "EUR"},
            "berths": 2,
            "left": 10,
        }
    ]
    assert (found["from"]["name"], found["to"]["name"]) == ("Oslo", "Kiel")
    assert (found["partial"], found["operators"], found["inbound"]) == (False, [], None)


async def test_times_are_local_at_each_end(client, db, sailing):
    day = await day_of(db)
    found, _headers = await search(client, date=day)
    (offer,) = found["outbound"]

    assert offer["departs_local"].startswith(day)
    assert datetime.fromisoformat(offer["departs_local"]) == datetime.fromisoformat(
        offer["departs_at"]
    )
    assert datetime.fromisoformat(offer["departs_local"]).utcoffset() in (
        timedelta(hours=1),
        timedelta(hours=2),
    )


async def test_a_second_ask_is_a_hit(client, db, sailing):
    day = await day_of(db)
    sources = []
    for _ in range(3):
        _found, headers = await search(client, date=day)
        sources.append(headers["X-Cache"])

    assert sources == ["miss", "hit", "hit"]


@pytest.mark.parametrize(
    "same",
    [
        {"adults": 1},
        {"vehicles": 0},
        {"vehicles": ""},
        {"children": 0, "infants": 0},
        {"from": " NOOSL "},
    ],
)
async def test_another_way_to_ask_the_same_is_the_same_answer(client, db, sailing, same):
    day = await day_of(db)
    first, _headers = await search(client, date=day)

    second, headers = await search(client, date=day, **same)

    assert headers["X-Cache"] == "hit"
    assert second == first


@pytest.mark.parametrize(
    "other", [{"adults": 2}, {"vehicles": 1}, {"vehicles": "car:451"}, {"children": 1}]
)
async def test_another_question_is_another_answer(client, db, sailing, other):
    day = await day_of(db)
    await search(client, date=day)

    _found, headers = await search(client, date=day, **other)

    assert headers["X-Cache"] == "miss"


async def test_post_and_get_are_the_same(client, db, sailing):
    day = await day_of(db)
    by_get, _headers = await search(client, date=day, adults=2, vehicles="car,camper:720:320")
    body = {"from": "NOOSL", "to": "DEKEL", "date": day, "adults": 2}
    body["vehicles"] = [{"kind": "camper", "length_cm": 720, "height_cm": 320}, {"kind": "car"}]

    async with client.post("/api/v1/ferries/search", json=body) as answer:
        assert answer.headers["X-Cache"] == "hit"
        assert await answer.json() == by_get


async def test_fifty_at_once_are_looked_up_once(client, db, sailing):
    day = await day_of(db)

    answers = await asyncio.gather(*(search(client, date=day) for _ in range(50)))

    assert len({found["as_of"] for found, _headers in answers}) == 1
    assert all(found == answers[0][0] for found, _headers in answers)


async def test_a_booking_drops_the_answer_in_every_process(client, settings, db, sailing):
    day = await day_of(db)
    async with (
        open_resources(settings, domains.PARTS) as res,
        TestClient(TestServer(create_app(res))) as other,
    ):
        async with asyncio.timeout(60):
            while not res.cache.listening:
                await asyncio.sleep(0.005)
        for one in (client, other):
            await search(one, date=day)

        await book(client, an_ask(sailing, people=[BO]))

        for one in (client, other):
            async with asyncio.timeout(60):
                while (await search(one, date=day))[0]["outbound"][0]["places_left"] != 4:
                    await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("change", "party", "reason"),
    [
        ("update capacity set taken = 4 where resource = 'passenger'", {"adults": 2}, "full"),
        (
            "update capacity set taken = total where resource = 'lane_cm'",
            {"vehicles": 1},
            "no_room_for_vehicle",
        ),
        ("select 1", {"vehicles": "car:450:430"}, "no_room_for_vehicle"),
        ("select 1", {"vehicles": "van"}, "not_carried"),
        ("update sailing set status = 'cancelled'", {}, "cancelled"),
    ],
)
async def test_what_cannot_be_booked_is_shown_with_the_reason(
    client, db, sailing, change, party, reason
):
    async with db.acquire() as conn:
        await conn.execute(change)

    found, _headers = await search(client, date=await day_of(db), **party)

    assert [(offer["bookable"], offer["why_not"]) for offer in found["outbound"]] == [
        (False, reason)
    ]


async def test_a_sailing_that_is_only_listed_has_no_price(client, db, sailing):
    """Out of a timetable without fares: shown, not sold, and honest about what it does not know."""
    async with db.acquire() as conn:
        await conn.execute(
            "update sailing set fare_id = null, cars_allowed = null, headway_seconds = 1800"
        )
        await conn.execute("delete from capacity")
    day = await day_of(db)

    (offer,) = (await search(client, date=day, vehicles=1))[0]["outbound"]

    assert (offer["price"], offer["bookable"], offer["why_not"]) == (None, False, "timetable_only")
    assert (offer["vehicle_fits"], offer["places_left"], offer["every_minutes"]) == (None, None, 30)
    async with client.post("/api/v1/bookings", json=an_ask(sailing)) as answer:
        assert answer.status == 409
        assert (await answer.json())["code"] == "timetable_only"


@pytest.mark.parametrize("known", [True, False])
async def test_whether_cars_are_carried_is_said_where_the_timetable_says_it(
    client, db, sailing, known
):
    async with db.acquire() as conn:
        await conn.execute("update sailing set fare_id = null, cars_allowed = $1", known)

    (offer,) = (await search(client, date=await day_of(db), vehicles=1))[0]["outbound"]

    assert offer["vehicle_fits"] is known


async def test_there_and_back(client, db, sailing):
    day = await day_of(db)
    back = (datetime.fromisoformat(day) + timedelta(days=3)).date().isoformat()
    async with db.acquire() as conn:
        await conn.execute(
            "insert into route (id, operator_id, code, name, origin_id, destination_id, source)"
            " select gen_random_uuid(), operator_id, 'KEL-OSL', 'Kiel - Oslo', destination_id,"
            " origin_id, source from route"
        )
        await conn.execute(
            "insert into sailing (id, route_id, operator_id, origin_id, destination_id, ferry_id,"
            " fare_id, departs_at, arrives_at, source, source_key) select gen_random_uuid(), r.id,"
            " s.operator_id, s.destination_id, s.origin_id, s.ferry_id, s.fare_id, s.departs_at +"
            " interval '3 days', s.arrives_at + interval '3 days', 'test', 'back' from sailing s,"
            " route r where r.code = 'KEL-OSL'"
        )

    found, _headers = await search(client, date=day, return_date=back)

    assert len(found["outbound"]) == len(found["inbound"]) == 1
    assert found["inbound"][0]["departs_at"] > found["outbound"][0]["arrives_at"]


FIELD_IDS = {"return_date": "return", "vehicles": "vehicle"}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"from": "ZZNIL"}, "from", "do not know that place"),
        ({"to": "ZZNIL"}, "to", "do not know that place"),
        ({"to": "NOOSL"}, "to", "the same"),
        ({"date": "2020-01-01"}, "date", "has passed"),
        ({"date": "2099-01-01"}, "date", "that far"),
        ({"date": "tomorrow"}, "date", "year-month-day"),
        ({"return_date": "2026-01-01"}, "return_date", "before the way out"),
        ({"adults": 21}, "adults", "At most 20."),
        ({"adults": 0}, "adults", "must travel"),
        ({"adults": 0, "infants": 1}, "adults", "must travel"),
        ({"children": 21}, "children", "At most 20."),
        ({"infants": -1}, "infants", "At least 0."),
        ({"vehicles": "submarine"}, "vehicles", "car, van, motorcycle"),
    ],
)
async def test_what_has_no_answer_is_refused_at_the_field(
    client, db, sailing, change, field, words
):
    asked = {"from": "NOOSL", "to": "DEKEL", "date": await day_of(db), **change}

    async with client.get("/api/v1/ferries/search", params=asked) as answer:
        problem = await answer.json()
    async with client.get("/ferries", params=asked) as page:
        assert page.status == 422
        text = html.unescape(await page.text())

    assert answer.status == 422
    assert words in problem["errors"][field]
    assert f'<span class="error" id="s-{FIELD_IDS.get(field, field)}-note">' in text
    assert words in text


async def test_a_name_instead_of_a_code(client, db, sailing):
    """Pages take a name that is sure; programs are told the code."""
    named = {"from": "oslo", "to": "Kie", "date": await day_of(db)}

    problem, _headers = await search(client, **named, expect=422)
    assert problem["code"] == "place"
    assert problem["errors"] == {
        "from": "We do not know that place. Did you mean: Oslo (NOOSL)?",
        "to": "We do not know that place. Did you mean: Kiel (DEKEL)?",
    }
    async with client.get("/ferries", params=named) as results:
        assert results.status == 200
        assert (results.url.query["from"], results.url.query["to"]) == ("NOOSL", "DEKEL")
        assert "Aurora Borealis" in await results.text()


async def test_a_slip_of_the_pen_is_asked_about(client, db, sailing):
    """Whoever is taken at a misspelled word may travel from another town."""
    asked = {"from": "Olso", "to": "Keil", "date": await day_of(db)}
    problem, _headers = await search(client, **asked, expect=422)
    assert problem["errors"] == {
        "from": "We do not know that place.",  # two letters of four
        "to": "We do not know that place.",
    }
    async with db.acquire() as conn:
        await conn.execute("update port_name set key = 'hamnvik' where key = 'oslo'")
    for typed in ("hamnvick", "hamvik", "hannvik"):
        problem, _headers = await search(client, **asked | {"from": typed}, expect=422)
        assert problem["errors"]["from"].endswith("Did you mean: Oslo (NOOSL)?"), typed
        async with client.get("/ferries", params=asked | {"from": typed, "to": "DEKEL"}) as page:
            assert page.status == 422


async def test_children_alone_stay_alone_on_every_address(client, db, sailing):
    """Nobody is an answer to how many adults: the usual one adult came with them."""
    asked = {"from": "NOOSL", "to": "DEKEL", "date": await day_of(db), "adults": 0, "children": 2}
    async with client.get("/ferries", params=asked) as page:
        text = html.unescape(await page.text())

    assert '<input type="hidden" name="adults" value="0">' in text
    days = re.findall(r'href="(/ferries\?from=NOOSL&to=DEKEL[^"]+|/ferries/calendar\?[^"]+)"', text)
    assert len(days) > 3
    assert all("adults=0&children=2" in address for address in days if "lang=" not in address)
    assert re.search(r'id="s-adults"[^>]*value="0"', text)


async def test_several_vehicles_stay_in_the_form(client, db, sailing):
    asked = {"from": "NOOSL", "to": "DEKEL", "date": await day_of(db), "vehicles": "car,trailer"}
    async with client.get("/ferries", params=asked) as page:
        text = await page.text()

    assert '<option value="car,trailer" selected>car, trailer</option>' in text


async def test_a_name_that_may_mean_two_places_is_not_guessed(client, db, sailing):
    asked = {"from": "l", "to": "DEKEL", "date": await day_of(db)}

    problem, _headers = await search(client, **asked, expect=422)
    assert problem["errors"] == {
        "from": "We do not know that place. Did you mean: Kiel (DEKEL), Oslo (NOOSL)?"
    }
    async with client.get("/ferries", params=asked) as page:
        assert page.status == 422
        assert "Kiel (DEKEL), Oslo (NOOSL)" in await page.text()
    problem, _headers = await search(client, **asked | {"from": "%"}, expect=422)
    assert problem["errors"] == {"from": "We do not know that place."}


async def test_remote_operators_stand_beside_ours(market):
    found, _headers = await search(
        market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD, expect=422
    )
    assert found["errors"] == dict.fromkeys(("from", "to"), "We do not know that place.")
    await places(market)

    found, _headers = await search(market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD)

    (offer,) = found["outbound"]
    assert offer["operator"]["kind"] == "remote"
    assert offer["sailing_id"].startswith("NDL~")
    assert offer["price"]["amount_minor"] > 0
    assert {state["code"]: state["status"] for state in found["operators"]} == {
        "NDL": "ok",
        "THA": "ok",
    }
    assert not found["partial"]


async def test_a_slow_operator_costs_only_its_own_part(settings, sandbox):
    impatient = replace(use_sandbox(settings, sandbox), search={"operator_deadline_seconds": 0.4})
    async with (
        open_resources(impatient, domains.PARTS) as res,
        TestClient(TestServer(create_app(res))) as market,
    ):
        await places(market)
        await switch(market, sandbox, {"operators": {"NDL": {"slow_seconds": 20}}})

        found, _headers = await search(market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD)

    assert found["partial"]
    assert {state["code"]: state["status"] for state in found["operators"]} == {
        "NDL": "slow",
        "THA": "ok",
    }
    assert found["outbound"] == []


async def test_a_failed_operator_is_named_and_asked_again_soon(market, sandbox, played):
    await places(market)
    await switch(market, sandbox, {"operators": {"NDL": {"down": True}}})

    found, _headers = await search(market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD)

    assert found["partial"]
    assert {state["code"]: state["status"] for state in found["operators"]} == {
        "NDL": "failed",
        "THA": "ok",
    }
    key = f"ferries:search:DEKEL:SEGOT:{AHEAD}::1.0.0:"
    assert (
        0
        < await played.redis_cache.command("TTL", key)
        <= played.settings.search.partial_cache_seconds
    )
    async with market.get(f"/ferries?from=DEKEL&to=SEGOT&date={AHEAD}") as page:
        assert page.status == 200
        assert "Nordlicht Line" in await page.text()


async def test_an_operator_that_keeps_failing_is_left_alone(market, sandbox):
    await places(market)
    await switch(market, sandbox, {"operators": {"NDL": {"down": True}}})
    told = []
    for adults in range(1, 8):
        found, _headers = await search(
            market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD, adults=adults
        )
        told.append(found["operators"][0]["status"])

    assert told[0] == "failed"
    assert told[-1] == "paused"


async def test_a_refused_key_is_no_answer_and_told_once(market, played):
    """Nordlicht Line does not take our key: the search says that it did not answer, and one alert
    says why.
    """
    await places(market)
    there = operators.of(played).gateways["NDL"]
    good, there._upstream._headers = (
        there._upstream._headers,
        {**there._upstream._headers, "Authorization": "Bearer of nothing"},
    )
    for adults in (1, 2, 3):
        found, _headers = await search(
            market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD, adults=adults
        )
        assert found["partial"]
        assert states(found) == {"NDL": "failed", "THA": "ok"}
    assert await alerts(played) == [("operator_key_refused", "NDL", True)]

    there._upstream._headers = good
    found, _headers = await search(market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD, adults=4)
    assert states(found) == {"NDL": "ok", "THA": "ok"}


async def test_a_key_that_is_refused_again_after_all_was_well_is_told_again(market, played):
    await places(market)
    there = operators.of(played).gateways["NDL"]
    good, bad = (
        there._upstream._headers,
        {**there._upstream._headers, "Authorization": "Bearer of nothing"},
    )
    there._upstream._headers = bad
    await search(market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD, adults=1)
    async with played.db.acquire() as conn:
        await conn.execute("update alert set resolved_at = now()")
    await search(market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD, adults=2)
    assert await alerts(played) == [
        ("operator_key_refused", "NDL", False)
    ]  # settled, and nothing new since

    there._upstream._headers = good
    await search(market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD, adults=3)
    there._upstream._headers = bad
    await search(market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD, adults=4)

    assert await alerts(played) == [("operator_key_refused", "NDL", True)]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("UnknownRoute", "ok"),
        ("UnknownPlace", "ok"),
        ("Malformed", "failed"),
        ("Http404", "failed"),
    ],
)
async def test_only_an_operators_own_word_means_that_it_does_not_sail_there(
    market, played, monkeypatch, code, status
):
    await places(market)

    async def refuse(*_args, **_named):
        raise OperatorRefused("NDL", code, "no")

    monkeypatch.setattr(operators.of(played).gateways["NDL"], "offers", refuse)

    found, _headers = await search(market, **{"from": "DEKEL", "to": "SEGOT"}, date=AHEAD)

    assert (states(found), found["partial"]) == ({"NDL": status, "THA": "ok"}, status != "ok")


async def test_a_place_that_is_no_harbour_is_not_asked_for_outside(market, played):
    await places(market)
    async with played.db.acquire() as conn:
        await conn.execute("update port set code = 'stop:17' where code = 'SEGOT'")

    found, _headers = await search(market, **{"from": "DEKEL", "to": "stop:17"}, date=AHEAD)

    assert (found["operators"], found["partial"]) == ([], False)


async def search(client, *, expect=200, **asked):
    params = {"from": "NOOSL", "to": "DEKEL", **{name: str(value) for name, value in asked.items()}}
    async with client.get("/api/v1/ferries/search", params=params) as answer:
        assert answer.status == expect, await answer.text()
        return await answer.json(), answer.headers


def states(found):
    return {state["code"]: state["status"] for state in found["operators"]}


async def alerts(res):
    async with res.db.acquire() as conn:
        rows = await conn.fetch("select kind, subject_id, resolved_at is null from alert")
    return [tuple(row) for row in rows]


async def day_of(db):
    async with db.acquire() as conn:
        return str(
            await conn.fetchval("select (departs_at at time zone 'Europe/Oslo')::date from sailing")
        )


async def places(client):
    """The harbours of the remote operators' routes."""
    async with client.app[RESOURCES].db.transaction() as conn:
        await port_service.seed_ports(
            conn,
            [
                a_port("DEKEL", "Kiel", 55, 11, "Europe/Berlin"),
                a_port("SEGOT", "Gothenburg", 55, 11, "Europe/Stockholm"),
            ],
        )


async def switch(client, sandbox, patch):
    async with client.session.post(f"{sandbox.url}/control", json=patch) as answer:
        assert answer.status == 200, await answer.text()
