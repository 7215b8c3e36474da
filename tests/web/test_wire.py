"""Answers kept as complete responses: nobody can tell them from the others, and none outlives its
reason.
"""

import asyncio
import re

import pytest

from tests.factories import BO, a_sailing, an_ask, book
from tests.web.conftest import parsed

QUESTION = "/api/v1/ferries/search?from=NOOSL&to=DEKEL&date="
PAGE = "/ferries?from=NOOSL&to=DEKEL&date="


@pytest.fixture
async def day(client, db):
    """The local day on which the Aurora Borealis sails."""
    sailing = await a_sailing(db, places=5)
    async with db.acquire() as conn:
        return str(
            await conn.fetchval(
                "select (departs_at at time zone 'Europe/Oslo')::date from sailing where id = $1",
                sailing,
            )
        )


@pytest.fixture
async def line(client):
    """A connection that is kept."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)

    async def ask(text):
        writer.write(text.encode())
        async with asyncio.timeout(60):
            head = (await reader.readuntil(b"\r\n\r\n"))[:-4]
            status, headers, _nothing = parsed(head, b"")
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        return status, headers, body

    yield ask
    writer.close()


async def test_it_works(line, day):
    first = await line(get(QUESTION + day))
    second = await line(get(QUESTION + day))

    assert (first[0], second[0]) == (200, 200)
    assert (first[1]["x-cache"], second[1]["x-cache"]) == ("miss", "hit")
    assert second[2] == first[2]
    assert b"Aurora Borealis" in second[2]


@pytest.mark.parametrize("what", [QUESTION, PAGE])
async def test_the_same_headers(line, day, what):
    """All of them, the policies too: a page from the cache must be as guarded as the first one."""
    first = await line(get(what + day))
    second = await line(get(what + day))

    assert second[1]["x-cache"] == "hit"
    assert common(second) == common(first)
    # Answers that are kept ready belong to no request, and are counted against nobody's limit.
    assert not {"x-request-id", "ratelimit", "ratelimit-policy"} & second[1].keys()
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", second[1]["date"])


async def test_a_kept_connection_goes_on_after_it(line, day):
    for _ in range(3):
        assert (await line(get(QUESTION + day)))[0] == 200
    assert (await line(get("/healthz")))[2] == b'{"status":"ok"}'
    assert (await line(get(QUESTION + day)))[1]["x-cache"] == "hit"


async def test_questions_sent_before_the_answers_come_are_answered_in_order(client, raw, day):
    await client.get(QUESTION + day)
    last = f"GET {QUESTION}{day} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write((get(QUESTION + day) + get("/healthz") + last).encode())
    async with asyncio.timeout(60):
        everything = await reader.read()
    writer.close()

    assert everything.count(b"HTTP/1.1 200 OK") == 3
    assert (
        everything.index(b"Aurora Borealis")
        < everything.index(b'{"status":"ok"}')
        < everything.rindex(b"Aurora")
    )


@pytest.mark.parametrize("version", ["1.0", "1.1"])
async def test_clients_that_want_another_form_get_it(client, raw, day, version):
    """HTTP/1.0, and whoever wants the line closed afterwards."""
    await client.get(QUESTION + day)

    status, headers, body = await raw(
        f"GET {QUESTION}{day} HTTP/{version}\r\nHost: x\r\nConnection: close\r\n\r\n"
    )

    assert status == 200
    assert headers["x-cache"] == "hit"
    assert len(body) == int(headers["content-length"])


async def test_head_is_get_without_the_body(client, raw, day):
    await client.get(QUESTION + day)
    for path in (QUESTION + day, "/", "/ports"):
        _status, shown, _body = await raw(
            f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        status, headers, body = await raw(
            f"HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )

        assert (status, body) == (200, b""), path
        assert headers["content-type"] == shown["content-type"]
        assert headers["content-length"] == shown["content-length"]


@pytest.mark.parametrize("what", [QUESTION, PAGE])
async def test_a_booking_drops_it(client, line, day, db, what):
    await line(get(what + day))
    assert (await line(get(what + day)))[1]["x-cache"] == "hit"
    async with db.acquire() as conn:
        sailing = await conn.fetchval("select id from sailing")

    await book(client, an_ask(sailing, people=[BO]))

    fresh = await line(get(what + day))
    assert fresh[1]["x-cache"] == "miss"
    if what == QUESTION:
        assert b'"places_left":4' in fresh[2]


async def test_another_spelling_is_the_same_answer(line, day):
    first = await line(get(QUESTION + day))
    other = await line(
        get(f"/api/v1/ferries/search?date={day}&adults=1&to=DEKEL&from=NOOSL&vehicles=0")
    )

    assert other[1]["x-cache"] == "hit"
    assert other[2] == first[2]


@pytest.mark.parametrize("what", [QUESTION, PAGE])
async def test_a_new_address_has_the_same_headers_and_its_own(line, day, what):
    first = await line(get(what + day, "X-Request-Id: the-first-one"))
    other = await line(get(f"{what}{day}&adults=1", "X-Request-Id: the-other-one"))

    assert other[1]["x-cache"] == "hit"
    assert common(other) == common(first)
    assert other[1]["x-request-id"] == "the-other-one"
    assert other[1]["ratelimit-policy"] == first[1]["ratelimit-policy"]
    assert other[1]["ratelimit"].startswith('"search";r=')
    assert other[2] == first[2] if what == QUESTION else b"Aurora Borealis" in other[2]


async def test_a_new_address_whose_answer_has_not_changed(line, day):
    first = await line(get(QUESTION + day))
    again = f"If-None-Match: {first[1]['etag']}"

    status, _headers, body = await line(get(f"{QUESTION}{day}&adults=1", again))

    assert (status, body) == (304, b"")
    assert (await line(get(QUESTION + day)))[2] == first[2]


async def test_a_new_address_in_another_form(client, raw, day):
    """HEAD, a connection that closes, a type that we have not: the handler answers those."""
    await client.get(QUESTION + day)
    closing = "Host: x\r\nConnection: close\r\n\r\n"

    status, _headers, body = await raw(f"HEAD {QUESTION}{day}&adults=1 HTTP/1.1\r\n{closing}")
    assert (status, body) == (200, b"")
    status, headers, body = await raw(f"GET {QUESTION}{day}&children=0 HTTP/1.1\r\n{closing}")
    assert (status, len(body)) == (200, int(headers["content-length"]))
    picture = {"Accept": "image/png"}
    async with client.get(f"{QUESTION}{day}&vehicles=0", headers=picture) as answer:
        assert answer.status == 406


async def test_a_language_chosen_at_a_new_address_is_kept(client, day):
    for _ in range(2):
        await client.get(f"{PAGE}{day}&lang=de")
    client.session.cookie_jar.clear()

    async with client.get(f"{PAGE}{day}&adults=1&lang=de") as answer:
        assert answer.cookies["lang"].value == "de"


async def test_each_reader_gets_his_own_language(line, day):
    pages: dict[str, list[tuple[str, bytes]]] = {}
    for language in ("en", "de", "el", "en", "de"):
        _status, headers, body = await line(get(PAGE + day, f"Accept-Language: {language}"))
        pages.setdefault(language, []).append((headers["x-cache"], body))

    for language, answers in pages.items():
        assert f'<html lang="{language}"'.encode() in answers[0][1]
        assert all(body == answers[0][1] for _cache, body in answers)
    assert pages["en"][1][0] == "hit"
    _status, _headers, chosen = await line(
        get(PAGE + day, "Accept-Language: en\r\nCookie: lang=de")
    )
    assert b'<html lang="de"' in chosen


async def test_a_refusal_is_not_kept(line):
    for _ in range(2):
        status, headers, _body = await line(get(QUESTION + "2020-01-01"))
        assert status == 422
        assert "x-cache" not in headers


def common(answer):
    """The headers that do not belong to one request."""
    own = {"x-cache", "x-cache-source", "date", "server", "x-request-id"}
    own |= {"ratelimit", "ratelimit-policy", "etag", "content-length"}
    return {name: value for name, value in answer[1].items() if name not in own}


def get(path, *headers):
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: x", *headers)) + "\r\n\r\n"
