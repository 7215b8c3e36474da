"""A laptop at a quay: lets people aboard without the server, settles when it is back, forgets
nothing.
"""

import asyncio
import sqlite3
from datetime import timedelta

import aiohttp
import pytest
from msgspec import structs

from maritime_app import clock
from maritime_app.boarding.gate.journal import Journal
from maritime_app.boarding.gate.running import throw_away_old
from maritime_app.boarding.model import ScanRequest
from maritime_app.errors import NotFound, Unavailable
from maritime_app.ids import uuid7
from tests.factories import ADA, BO, CAR


async def scan(quay, code, gate="1"):
    """What the quay says of a code."""
    return (await quay.scan(ScanRequest(id=uuid7(), gate=gate, code=code))).verdict.outcome


async def settled(quay):
    """Wait until the server has all of the journal."""
    async with asyncio.timeout(60):
        while quay.state().unsettled:
            await asyncio.sleep(0.05)


async def test_it_works(boarding, quay, line):
    codes = await boarding.book(vehicles=[CAR])
    async with quay() as (north, _):
        await line.cut()
        assert await scan(north, codes[1, "p1"]) == "admitted"
        assert await scan(north, codes[1, "p1"], gate="2") == "duplicate"
        assert await scan(north, codes[1, "v1"]) == "admitted"
        assert north.state().unsettled == 2

        await line.mend(boarding.client.port)
        await settled(north)

    count = (await boarding.get("state"))["count"]
    assert (count["people"], count["vehicles"], count["lane_cm"]) == (1, 1, 450)


async def test_many_scans_at_four_gates_let_nobody_in_twice(boarding, quay, line):
    """Every ticket at every gate at once, without the server: each is let aboard once."""
    codes = list((await boarding.book([ADA, BO] * 6)).values())
    async with quay() as (north, _):
        await line.cut()
        said = await asyncio.gather(
            *(scan(north, code, gate) for code in codes for gate in ("1", "2", "3", "4"))
        )
        assert (said.count("admitted"), said.count("duplicate")) == (12, 36)
        await line.mend(boarding.client.port)
        await settled(north)

    assert (await boarding.get("state"))["count"]["people"] == 12


async def test_a_laptop_that_starts_again_goes_on_without_the_server(boarding, quay, line):
    codes = await boarding.book()
    async with quay() as (north, _):
        await line.cut()
        await scan(north, codes[1, "p1"])

    async with quay() as (again, _):
        assert await scan(again, codes[1, "p1"]) == "duplicate"
        assert again.state().count.people == 1


async def test_without_list_and_server_nothing_starts(boarding, quay, line):
    await line.cut()
    with pytest.raises(Unavailable):
        async with quay():
            raise AssertionError("nothing to decide by")


async def test_two_quays_that_do_not_hear_of_each_other_are_named(boarding, quay, line):
    codes = await boarding.book()
    async with quay("north") as (north, _), quay("south") as (south, _):
        await line.cut()
        assert await scan(north, codes[1, "p1"]) == "admitted"
        assert await scan(south, codes[1, "p1"]) == "admitted"
        await line.mend(boarding.client.port)
        await settled(north)
        await settled(south)

    (holder,) = (await boarding.get("state"))["repeated"]
    assert {admission["quay"] for admission in holder["admissions"]} == {"north", "south"}
    assert (await boarding.get("state"))["count"]["people"] == 1


async def test_the_quay_that_handed_in_first_hears_of_it_too(boarding, quay, line):
    """It has nothing to hand in any more when the other one tells of the same holder."""
    codes = await boarding.book()
    async with quay("north") as (north, _), quay("south") as (south, _):
        await line.cut()
        for one in (north, south):
            assert await scan(one, codes[1, "p1"]) == "admitted"
        await line.mend(boarding.client.port)

        async with asyncio.timeout(60):
            while not (north.state().repeated and south.state().repeated):
                await asyncio.sleep(0.05)


async def test_who_came_in_elsewhere_is_refused_as_soon_as_the_list_says_so(boarding, quay):
    codes = await boarding.book()
    async with quay() as (north, _):
        await boarding.scan(codes[1, "p1"], gate="7")
        async with asyncio.timeout(60):
            while not north.boarding_list.admitted:
                await asyncio.sleep(0.05)
        assert await scan(north, codes[1, "p1"]) == "duplicate"


async def test_boarding_that_is_closed_is_closed_at_the_quay(boarding, quay):
    codes = await boarding.book()
    async with quay() as (north, _):
        await boarding.post("close", {"people": 0, "vehicles": 0})
        async with asyncio.timeout(60):
            while not north.boarding_list.closing:
                await asyncio.sleep(0.05)
        assert await scan(north, codes[1, "p1"]) == "closed"


async def test_what_is_taken_back_is_handed_in_as_taken_back(boarding, quay, line):
    codes = await boarding.book()
    async with quay() as (north, _):
        await scan(north, codes[1, "p1"])
        await settled(north)
        (admission,) = north.state().recent
        await line.cut()
        await north.undo(admission.id)
        with pytest.raises(NotFound):
            await north.undo(admission.id)
        await line.mend(boarding.client.port)
        await settled(north)

    assert (await boarding.get("state"))["count"]["people"] == 0


async def test_a_journal_refuses_the_same_holder_twice_whatever_asks(boarding, quay, tmp_path):
    """The index holds, should the code above it ever forget to look."""
    codes = await boarding.book()
    async with quay() as (north, _):
        await scan(north, codes[1, "p1"])
        (admission,) = north.state().recent
        with pytest.raises(sqlite3.IntegrityError):
            await north._write(lambda: north._journal.admit(structs.replace(admission, id=uuid7())))


async def test_gates_are_served_to_who_has_the_link(boarding, quay):
    codes = await boarding.book()
    jar = aiohttp.CookieJar(unsafe=True)  # an address without a name
    async with quay() as (_north, link), aiohttp.ClientSession(cookie_jar=jar) as browser:
        base, _slash, _key = link.partition("/?")
        body = {"id": str(uuid7()), "code": codes[1, "p1"], "gate": "3"}
        for path in ("/", "/api/gate/list", "/api/gate/state"):
            async with browser.get(base + path) as stranger:
                assert stranger.status == 403

        async with browser.get(link) as page:
            text = await page.text()
            assert page.status == 200
            assert 'id="verdict"' in text
            assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        async with browser.post(f"{base}/api/gate/scan", json=body) as answer:
            assert (await answer.json())["verdict"]["outcome"] == "admitted"
        async with browser.get(f"{base}/api/gate/list") as answer:
            assert len((await answer.json())["admitted"]) == 1
        undo = {"id": body["id"]}
        async with browser.post(f"{base}/api/gate/undo", json=undo) as answer:
            assert (await answer.json())["count"]["people"] == 0


async def test_lists_of_long_ago_are_thrown_away_once_they_are_handed_in(boarding, quay, tmp_path):
    """They have names, and who needs help."""
    codes = await boarding.book()
    async with quay() as (north, _):
        await scan(north, codes[1, "p1"])
        await settled(north)
    folder = tmp_path / "north"
    (file,) = folder.glob("*.sqlite")

    throw_away_old(folder)
    assert file.exists(), "the ship has not left"

    leave(file, days_ago=3)
    throw_away_old(folder)
    assert list(folder.glob("*.sqlite*")) == []


async def test_what_is_not_handed_in_is_never_thrown_away(boarding, quay, line, tmp_path):
    codes = await boarding.book()
    async with quay() as (north, _):
        await line.cut()
        await scan(north, codes[1, "p1"])
    folder = tmp_path / "north"
    (file,) = folder.glob("*.sqlite")
    leave(file, days_ago=30)

    throw_away_old(folder)

    assert file.exists()


def leave(file, days_ago):
    """Let the ship of this journal have left so long ago."""
    journal = Journal(file, "")
    kept = journal.boarding_list()
    left = clock.now() - timedelta(days=days_ago)
    assert kept
    journal.keep_list(structs.replace(kept, sailing=structs.replace(kept.sailing, departs_at=left)))
    journal.close()
