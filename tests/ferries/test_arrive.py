"""A results page that fills: own sailings at once, each operator's when it answers."""

import asyncio
import html
import json
import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app.app import create_app
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.search.offers.arrivals import Arrivals
from tests.factories import a_sailing


class Slow:
    """Two operators who answer when they are let."""

    def __init__(self, client, day):
        self.client, self.day = client, day
        self.answers = {"NDL": asyncio.Event(), "THA": asyncio.Event()}
        self.asked = 0

    async def page(self, **more):
        """The results page, packed though nobody may keep it: its text, and its answer."""
        params = {"from": "NOOSL", "to": "DEKEL", "date": self.day, **more}
        async with self.client.get("/ferries", params=params) as answer:
            assert answer.status == 200
            return await answer.text(), answer

    async def events(self, **more):
        """The events of the stream, one by one."""
        params = {"from": "NOOSL", "to": "DEKEL", "date": self.day, **more}
        async with self.client.get("/ferries/arriving", params=params) as answer:
            assert answer.content_type == "text/event-stream"
            assert answer.headers["Cache-Control"] == "no-store"
            name = ""
            async for line in answer.content:
                kind, _colon, rest = line.decode().rstrip("\n").partition(": ")
                if kind == "event":
                    name = rest
                if kind == "data":
                    yield name, json.loads(rest)


@pytest.fixture
async def slow(played, monkeypatch):
    """The Aurora Borealis is ours; both operators outside keep silent until they are let speak."""
    await a_sailing(played.db)
    async with played.db.acquire() as conn:
        day = await conn.fetchval(
            "select (departs_at at time zone 'Europe/Oslo')::date from sailing"
        )
    server = TestServer(create_app(played), port=played.settings.web.port)
    async with TestClient(server) as client:
        made = Slow(client, str(day))
        for code, gateway in operators.of(played).gateways.items():

            async def answer(*_args, code=code, **_named):
                made.asked += 1
                await made.answers[code].wait()
                return ()

            monkeypatch.setattr(gateway, "offers", answer)
        yield made
        for event in made.answers.values():
            event.set()


async def test_it_works(slow):
    page, answer = await slow.page()

    assert "Aurora Borealis" in page
    assert "2 operators are still answering." in page
    assert "is missing here" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" in answer.headers, "nobody keeps it, but it has no secret either"


async def test_each_operators_answer_follows_when_it_is_there(slow):
    await slow.page()
    said = []
    async for name, data in slow.events():
        said.append((name, data.get("words")))
        if data.get("words") == "2 operators are still answering.":
            slow.answers["NDL"].set()
        if data.get("words") == "1 operator is still answering.":
            slow.answers["THA"].set()
        if name == "results":
            assert "Aurora Borealis" in data["html"]

    assert said == [
        ("results", "2 operators are still answering."),
        ("results", "1 operator is still answering."),
        ("results", ""),
        ("done", None),
    ]
    assert slow.asked == 2, "page and stream are one search"


async def test_the_page_names_the_stream_of_its_own_question(slow):
    page, _answer = await slow.page(adults=2, operator="NDL")
    for event in slow.answers.values():
        event.set()
    (address,) = re.findall(r'data-arriving="([^"]+)"', page)

    async with slow.client.get(html.unescape(address)) as answer:
        assert "event: done" in await answer.text()
    assert slow.asked == 2


async def test_the_whole_page_is_shown_and_kept_once_all_have_answered(slow):
    await slow.page()
    for event in slow.answers.values():
        event.set()
    await asyncio.sleep(0.1)

    page, answer = await slow.page()

    assert "still answering" not in page
    assert answer.headers["Cache-Control"] == "no-cache"
    assert slow.asked == 2


async def test_without_a_script_the_page_looks_again_by_itself(slow):
    page, _answer = await slow.page()

    assert '<meta http-equiv="refresh"' in page
    assert "Show their sailings" in page


async def test_the_stream_of_a_known_answer_is_the_answer(slow):
    for event in slow.answers.values():
        event.set()
    await slow.page()

    names = [name async for name, _data in slow.events()]

    assert names == ["results", "done"]


async def test_filters_hold_for_what_follows(slow):
    for event in slow.answers.values():
        event.set()

    async for name, data in slow.events(operator="NDL"):
        if name == "results":
            assert "Aurora Borealis" not in data["html"]


async def test_a_place_that_is_unknown_ends_the_stream(slow):
    names = [name async for name, _data in slow.events(to="ZZNIL")]

    assert names == ["failed"]


async def test_a_question_that_makes_no_sense_has_no_stream(slow):
    params = {"from": "NOOSL", "to": "DEKEL", "date": "tomorrow"}
    async with slow.client.get("/ferries/arriving", params=params) as answer:
        assert answer.status == 422


async def test_programs_wait_for_everybody(slow):
    """The JSON answer is one answer: pending is none of its states."""
    params = {"from": "NOOSL", "to": "DEKEL", "date": slow.day}
    asking = asyncio.ensure_future(slow.client.get("/api/v1/ferries/search", params=params))
    await asyncio.sleep(0.6)
    assert not asking.done()
    for event in slow.answers.values():
        event.set()
    async with await asking as answer:
        found = await answer.json()
    assert {operator["status"] for operator in found["operators"]} == {"ok"}


async def test_who_follows_a_search_that_ends_without_an_answer_is_let_go():
    arrivals = Arrivals()
    with arrivals.arriving("key") as arrival:
        following = asyncio.ensure_future(arrival.first())
        await asyncio.sleep(0)
    async with asyncio.timeout(60):
        assert await following is None
    assert arrivals.of("key") is None
