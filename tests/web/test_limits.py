"""Rate limits: guessing is slow, honest people are not kept out, and a Redis that is away changes
neither.
"""

import asyncio
import re
from collections import Counter
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from maritime_app.web import limits
from tests import signed_in
from tests.factories import a_sailing, an_ask, book

SLOW = 0.001  # tokens per minute: none comes back while a test runs


@pytest.fixture
async def strict(settings):
    """An application with few tokens."""
    names = ("sign_in", "look_up", "book", "search", "export")
    few = dict.fromkeys(names, (3, SLOW)) | dict.fromkeys(("person", "reference"), (6, SLOW))
    async with an_app(replace(settings, limits=few, web={"trust_proxy": True})) as made:
        yield made


async def test_it_works(strict):
    client, _res = strict
    question = "/api/v1/ferries/search?from=NOOSL&to=NOOSL&date=2027-01-01"

    assert [await status(client, question) for _ in range(3)] == [422, 422, 422]
    async with client.get(question) as answer:
        assert answer.status == 429
        assert (await answer.json())["code"] == "too_many"
        assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("more", ["&limit=1001", "&format=csv", "&limit=10&format=geojson"])
async def test_who_takes_thousands_of_ships_or_a_file_takes_an_export(settings, more):
    """Each ship costs; the thousand that one usually looks at are no export."""
    box = "/api/vessels/live-positions/?lat_min=0&lat_max=1&lng_min=0&lng_max=1"
    async with an_app(replace(settings, limits={"export": (1, SLOW)})) as (client, _res):
        assert [await status(client, box + more) for _ in range(2)] == [200, 429]
        assert await status(client, box + "&limit=1000") == 200


@pytest.mark.parametrize(("whose", "found"), [("NLNIL", 404), ("countries/GR", 200)])
async def test_who_takes_the_figures_of_several_tables_takes_an_export(settings, whose, found):
    """All of a place's are a megabyte."""
    address = f"/api/v1/ports/{whose}/statistics"
    async with an_app(replace(settings, limits={"export": (1, SLOW)})) as (client, _res):
        assert [await status(client, address) for _ in range(2)] == [found, 429]
        assert await status(client, f"{address}?report=CPPI,US.PLSCI") == 429
        single = f"{address}?report=US.PLSCI"
        assert [await status(client, single) for _ in range(2)] == [found, found]


async def test_a_program_that_asks_by_mcp_reads_why(strict):
    """Neither a page for people, nor one that it cannot read."""
    client, _res = strict
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for _ in range(3):
        async with client.post("/mcp", json=body) as answer:
            assert answer.status == 200
    async with client.post("/mcp", json=body) as answer:
        assert (answer.status, answer.content_type) == (429, "application/problem+json")
        assert (await answer.json())["code"] == "too_many"


async def test_staff_set_other_numbers_and_go_back(strict):
    """They count at once here and within seconds in every process, and who did it is written
    down; the setting's own come back.
    """
    client, res = strict
    await signed_in.come_in(client, res)
    question = "/api/v1/ferries/search?from=NOOSL&to=NOOSL&date=2027-01-01"
    assert [await status(client, question) for _ in range(4)] == [422, 422, 422, 429]

    changed = await signed_in.submit(
        client, "/admin/limits/search", at_once="1000", per_minute="600000"
    )
    assert changed.status == 303
    await asyncio.sleep(0.01)  # ten thousand come back a second
    assert await status(client, question) == 422
    async with client.get("/admin") as page:
        assert "instead of 3 / 0.001" in await page.text()

    await signed_in.submit(client, "/admin/limits/search", reset="1", at_once="1", per_minute="1")
    async with client.get("/admin") as page:
        assert "instead of" not in await page.text()
    async with res.db.acquire() as conn:
        details = await conn.fetch(
            "select detail from audit where action = 'limit_adjusted' order by id"
        )
    assert [row["detail"]["to"]["at_once"] for row in details] == [1000, 3]
    wrong = await signed_in.submit(client, "/admin/limits/search", at_once="0", per_minute="1")
    unknown = await signed_in.submit(client, "/admin/limits/x", at_once="1", per_minute="1")
    assert (wrong.status, unknown.status) == (422, 404)


async def test_only_wrong_passwords_count(strict):
    client, res = strict
    await signed_in.hire(res)
    for _ in range(5):
        assert (await signed_in.sign_in(client, "admin@maritime.example")).status == 303

    tried = [
        (await signed_in.sign_in(client, "admin@maritime.example", "guess")).status
        for _ in range(4)
    ]

    assert tried == [403, 403, 403, 429]
    assert (
        await signed_in.sign_in(client, "admin@maritime.example")
    ).status == 429  # nor the right one, for now


async def test_only_wrong_references_count(strict):
    client, res = strict
    booking = await book(client, an_ask(await a_sailing(res.db)))
    own = f"/api/v1/bookings/{booking['reference']}?token={booking['token']}"
    for _ in range(6):
        assert await status(client, own) == 200

    guessed = [await status(client, f"/api/v1/bookings/AAAA222{n}?surname=lund") for n in range(4)]

    assert guessed == [404, 404, 404, 429]


async def test_guessing_at_one_door_counts_at_the_others(strict):
    client, _res = strict
    doors = [
        "/api/v1/bookings/A?surname=x",
        "/bookings/A?token=x",
        "/bookings/A/cancel?token=x",
        "/bookings/A/pay?token=x",
    ]

    assert [await status(client, door) for door in doors] == [404, 404, 404, 429]


async def test_each_caller_has_tokens_of_his_own(strict):
    client, _res = strict
    for _ in range(4):
        await status(client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": "192.0.2.1"})

    assert (
        await status(client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": "192.0.2.1"})
        == 429
    )
    assert (
        await status(client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": "192.0.2.2"})
        == 404
    )


async def test_an_address_in_front_of_the_proxys_own_does_not_count(strict):
    """X-Forwarded-For grows at its end; what stands before that, the caller has written himself."""
    client, _res = strict
    tried = [
        await status(
            client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.1"}
        )
        for n in range(4)
    ]

    assert tried[-1] == 429


async def test_without_a_proxy_the_header_is_not_believed(settings):
    few = replace(settings, limits={"look_up": (3, SLOW)})
    async with an_app(few) as (client, _res):
        tried = [
            await status(
                client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": f"192.0.2.{n}"}
            )
            for n in range(4)
        ]

    assert tried == [404, 404, 404, 429]


async def test_two_processes_share_the_tokens_where_guessing_must_be_slow(settings):
    few = replace(settings, limits={"look_up": (3, SLOW)})
    async with an_app(few) as (one, _), an_app(few) as (two, _):
        tried = [
            await status(client, "/api/v1/bookings/A?surname=x") for client in (one, two, one, two)
        ]

    assert tried == [404, 404, 404, 429]


async def test_a_burst_is_not_judged_further_than_one_by_one(strict):
    """Looking first and counting afterwards let every request of a burst through."""
    client, _res = strict
    doors = (status(client, f"/api/v1/bookings/AAAA{n:04}?surname=x") for n in range(40))

    seen = Counter(await asyncio.gather(*doors))

    assert seen == {404: 3, 429: 37}


async def test_a_burst_over_two_processes_is_not_either(settings):
    few = replace(settings, limits={"look_up": (5, SLOW)})
    async with an_app(few) as (one, _), an_app(few) as (two, _):
        doors = (
            status(client, f"/api/v1/bookings/AAAA{n:04}?surname=x")
            for n in range(20)
            for client in (one, two)
        )
        seen = Counter(await asyncio.gather(*doors))

    assert seen == {404: 5, 429: 35}


async def test_a_burst_of_passwords_is_judged_as_often_as_meant(strict):
    client, res = strict
    await signed_in.hire(res)
    form = {
        "csrf_token": await signed_in.csrf(client, "/sign-in"),
        "email": "admin@maritime.example",
    }

    async def guess(n):
        async with client.post("/sign-in", data=form | {"password": f"guess {n}"}) as answer:
            return answer.status

    assert Counter(await asyncio.gather(*map(guess, range(20)))) == {403: 3, 429: 17}


async def test_guesses_at_one_person_count_from_whatever_address(strict):
    client, res = strict
    await signed_in.hire(res)
    csrf = await signed_in.csrf(client, "/sign-in")

    async def guess(n, password="guess", **headers):
        form = {"csrf_token": csrf, "email": "Admin@maritime.example", "password": password}
        origin = {"X-Forwarded-For": f"192.0.2.{n}"} | headers
        async with client.post(
            "/sign-in", data=form, headers=origin, allow_redirects=False
        ) as answer:
            return answer.status

    assert [await guess(n) for n in range(7)] == [403] * 6 + [429]


async def test_where_somebody_signed_in_before_others_guesses_do_not_count(strict):
    """Else whoever keeps guessing at a person keeps them out."""
    client, res = strict
    await signed_in.hire(res)
    await signed_in.sign_in(client, "admin@maritime.example")
    form = {
        "csrf_token": await signed_in.csrf(client, "/sign-in"),
        "email": "admin@maritime.example",
    }
    async with an_app(res.settings) as (stranger, _res):
        strange = form | {"csrf_token": await signed_in.csrf(stranger, "/sign-in")}
        for n in range(8):
            headers = {"X-Forwarded-For": f"192.0.2.{n}"}
            wrong = strange | {"password": "guess"}
            async with stranger.post("/sign-in", data=wrong, headers=headers):
                pass

    assert (await signed_in.sign_in(client, "admin@maritime.example")).status == 303


async def test_surnames_of_one_booking_count_from_whatever_address(strict):
    client, res = strict
    booking = await book(client, an_ask(await a_sailing(res.db)))
    door = f"/api/v1/bookings/{booking['reference']}"

    tried = [
        await status(client, f"{door}?surname=x", {"X-Forwarded-For": f"192.0.2.{n}"})
        for n in range(7)
    ]

    assert tried == [404] * 6 + [429]
    by_link = f"{door}?token={booking['token']}"
    assert await status(client, by_link, {"X-Forwarded-For": "192.0.2.99"}) == 200


async def test_a_form_from_elsewhere_costs_nobody_a_guess(strict):
    client, _res = strict
    for _ in range(6):
        async with client.post("/sign-in", data={"email": "a@b.example"}) as answer:
            assert answer.status == 403

    async with client.get("/api/v1/bookings/A?surname=x") as answer:
        assert answer.status == 404


async def test_what_is_left_is_said(strict):
    client, _res = strict
    question = "/api/v1/ferries/search?from=NOOSL&to=NOOSL&date=2027-01-01"

    async with client.get(question) as first, client.get("/healthz") as free:
        assert first.headers["RateLimit-Policy"] == '"search";q=3;w=180000'
        name, left, full_in = first.headers["RateLimit"].split(";")
        assert (name, left) == ('"search"', "r=2")
        assert int(full_in.removeprefix("t=")) > 0
        assert "RateLimit" not in free.headers


async def test_whole_files_have_a_limit_of_their_own(strict):
    client, _res = strict
    seen = [await status(client, "/api/v1/ports/NOOSL/statistics.csv") for _ in range(4)]

    assert seen[-1] == 429
    assert 429 not in seen[:3]
    assert await status(client, "/api/v1/ports") == 200


async def test_staff_see_what_was_refused(strict):
    client, res = strict
    await signed_in.come_in(client, res)
    before = tally["limited_look_up"]
    for n in range(5):
        await status(client, f"/api/v1/bookings/AAAA222{n}?surname=x")

    async with client.get("/admin") as shown:
        page = re.sub(r"<[^>]*>|\s+", " ", await shown.text())

    assert re.search(rf"look_up \D*3 \S+ {before + 2:,}", re.sub(" +", " ", page))
    assert "unpaid_per_address" in page


async def test_without_redis_guessing_stays_slow(settings):
    few = replace(settings, limits={"look_up": (3, SLOW)})
    async with an_app(few) as (client, res):
        away = MultiplexedRedis(f"redis://127.0.0.1:{free_port()}")
        object.__setattr__(res[limits.BUCKETS], "_redis", away)
        tried = [await status(client, "/api/v1/bookings/A?surname=x") for _ in range(4)]
        await away.close()

    assert tried == [404, 404, 404, 429]


async def test_tokens_come_back(settings):
    plenty = replace(settings, limits={"look_up": (2, 20.0)})
    async with an_app(plenty) as (client, _res):
        guess = "/api/v1/bookings/A?surname=x"
        assert [await status(client, guess) for _ in range(3)] == [404, 404, 429]
        async with asyncio.timeout(60):
            while await status(client, guess) == 429:
                await asyncio.sleep(0.02)


async def test_a_right_one_is_given_back_for_all_processes(settings):
    few = replace(settings, limits={"look_up": (2, SLOW)})
    async with an_app(few) as (one, res), an_app(few) as (two, _):
        booking = await book(one, an_ask(await a_sailing(res.db)))
        own = f"/api/v1/bookings/{booking['reference']}?token={booking['token']}"
        seen = [await status(client, own) for client in (one, two) * 4]

    assert seen == [200] * 8


async def status(client, path, headers=None):
    async with client.get(path, headers=headers, allow_redirects=False) as answer:
        return answer.status


@asynccontextmanager
async def an_app(settings):
    async with (
        open_resources(settings, domains.PARTS) as res,
        TestClient(TestServer(create_app(res))) as client,
    ):
        yield client, res
