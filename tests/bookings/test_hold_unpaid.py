"""Places that are held and not paid have budgets: one caller never empties a ship for nothing."""

import asyncio
import re
from collections import Counter

import pytest

from maritime_app.settings.file import replace
from tests import booked, signed_in
from tests.factories import ADA, CAR, a_sailing, an_ask, book, pay

TEN = [ADA | {"given_name": f"Ada {chr(97 + n)}"} for n in range(10)]


@pytest.fixture
def budgets(resources):
    """Set budgets of this test."""

    def use(res=resources, **limits):
        usual = {"unpaid_per_address": 20, "unpaid_per_contact": 20, "unpaid_per_sailing": 400}
        changed = replace(res.settings, bookings=usual | limits, web={"trust_proxy": True})
        object.__setattr__(res, "settings", changed)

    return use


async def test_it_works(client, db, budgets):
    budgets()
    sailing = await a_sailing(db, places=200)

    assert [await status(client, ten_on(sailing)) for _ in range(2)] == [201, 201]
    async with client.post("/api/v1/bookings", json=ten_on(sailing)) as refused:
        assert refused.status == 429
        assert (await refused.json())["code"] == "unpaid_places"
        assert 0 < int(refused.headers["Retry-After"]) <= 30 * 60 + 1

    other = ten_on(sailing, "bo@example.org")
    assert await status(client, other, "192.0.2.2") == 201


async def test_a_burst_holds_no_more(client, db, budgets):
    budgets()
    ask = ten_on(await a_sailing(db, places=500))

    seen = Counter(await asyncio.gather(*(status(client, ask) for _ in range(25))))

    assert seen == {201: 2, 429: 23}


async def test_the_same_contact_counts_from_whatever_address(client, db, budgets):
    budgets()
    ask = ten_on(await a_sailing(db, places=200), "Ada@Example.org")
    seen = [await status(client, ask, f"192.0.2.{n}") for n in range(3)]

    assert seen == [201, 201, 429]


async def test_strangers_together_hold_a_part_of_a_sailing(client, db, budgets):
    budgets(unpaid_per_sailing=30)
    full, free = await a_sailing(db, places=200), await a_sailing(db, places=200)
    seen = [
        await status(client, ten_on(full, f"a{n}@example.org"), f"192.0.2.{n}") for n in range(4)
    ]

    assert seen == [201, 201, 201, 429]
    assert await status(client, ten_on(free, "b@example.org"), "192.0.2.9") == 201


async def test_vehicles_and_cabins_count_as_places(client, db, budgets):
    budgets()
    sailing = await a_sailing(db, places=200)
    ask = an_ask(sailing, people=TEN, vehicles=[CAR, CAR])
    ask["legs"][0]["cabins"] = {"inside2": 8}
    assert await status(client, ask) == 201

    assert await status(client, an_ask(sailing, people=[ADA])) == 429


async def test_cancelling_gives_them_back(client, db, budgets):
    budgets()
    sailing = await a_sailing(db, places=200)
    first, _second = [await book(client, ten_on(sailing)) for _ in range(2)]
    assert await status(client, ten_on(sailing)) == 429

    await booked.cancel(client, first, 0)

    assert await status(client, ten_on(sailing)) == 201


async def test_what_could_not_be_held_counts_for_nothing(client, db, budgets):
    budgets()
    small, large = await a_sailing(db, places=5), await a_sailing(db, places=200)

    assert [await status(client, ten_on(small)) for _ in range(4)] == [409] * 4
    assert [await status(client, ten_on(large)) for _ in range(3)] == [201, 201, 429]


async def test_they_come_back_when_the_hold_ends(client, db, resources, budgets):
    budgets(hold_minutes=0.02)
    ask = ten_on(await a_sailing(db, places=400))
    assert [await status(client, ask) for _ in range(3)] == [201, 201, 429]

    async with asyncio.timeout(60):
        while await status(client, ask) == 429:
            await asyncio.sleep(0.2)


async def test_who_has_paid_may_hold_more(shop, played, budgets):
    budgets(played, unpaid_per_payment=10)
    ask = ten_on(await a_sailing(played.db, places=200))
    first = await book(shop, ask, **{"X-Forwarded-For": "192.0.2.1"})
    await pay(shop, first)
    await booked.until(shop, first, "confirmed")

    seen = [await status(shop, ask) for _ in range(4)]

    assert seen == [201, 201, 201, 429]


async def test_somebody_elses_address_brings_no_trust(shop, played, budgets):
    budgets(played, unpaid_per_payment=10)
    ask = ten_on(await a_sailing(played.db, places=200))
    first = await book(shop, ask, **{"X-Forwarded-For": "192.0.2.1"})
    await pay(shop, first)
    await booked.until(shop, first, "confirmed")

    seen = [await status(shop, ask, "192.0.2.66") for _ in range(3)]

    assert seen == [201, 201, 429]


async def test_an_agent_answers_for_more(client, db, resources, budgets):
    budgets(unpaid_per_token=40)
    token = await signed_in.token(resources, "agent")
    ask = ten_on(await a_sailing(db, places=200))

    seen = []
    for _ in range(5):
        async with client.post("/api/v1/bookings", json=ask, headers=token) as answer:
            seen.append(answer.status)

    assert seen == [201, 201, 201, 201, 429]


async def test_the_form_says_it_and_loses_nothing(client, db, budgets):
    budgets(unpaid_per_address=1)
    fields = await booked.filled_form(client, await a_sailing(db))

    async with client.post("/bookings", data=fields, allow_redirects=False) as answer:
        text = await answer.text()

    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Many places are held for you already" in text
    assert 'value="Berg"' in text


def ten_on(sailing, email="ada@example.org"):
    """A booking for ten people on a sailing."""
    ask = an_ask(sailing, people=TEN)
    ask["contact"] = ask["contact"] | {"email": email}
    return ask


async def status(client, ask, address="192.0.2.1"):
    """What comes of a booking from that address."""
    headers = {"X-Forwarded-For": address}
    async with client.post("/api/v1/bookings", json=ask, headers=headers) as answer:
        return answer.status


async def test_staff_set_a_budget_without_a_restart(client, db, resources, budgets):
    """Twenty places of the settings, ten by the dashboard, and twenty again."""
    budgets()
    await signed_in.come_in(client, resources)
    sailing = await a_sailing(db, places=200)
    async with client.get("/admin") as answer:
        token = re.findall(r'name="csrf_token"\s+value="([^"]+)"', await answer.text())[0]

    async def set_to(**numbers):
        form = {"csrf_token": token, **numbers}
        async with client.post("/admin/limits/unpaid_per_address", data=form) as answer:
            assert answer.status == 200, await answer.text()

    await set_to(at_once="10")
    assert [await status(client, ten_on(sailing)) for _ in range(2)] == [201, 429]

    await set_to(reset="1")
    assert await status(client, ten_on(sailing)) == 201
