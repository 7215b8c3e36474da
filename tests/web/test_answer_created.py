"""What a program has made is answered in one piece, and says what every other answer says."""

import asyncio
import json

import pytest

from tests.factories import a_sailing, an_ask
from tests.web.conftest import parsed

OWN = {"date", "location", "x-request-id", "ratelimit", "content-length", "connection"}


@pytest.fixture
async def ask(client, db):
    """POST a booking over one kept connection, with the headers of the caller."""
    sailing = await a_sailing(db)
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)

    async def post(*headers, version="1.1"):
        body = json.dumps(an_ask(sailing))
        head = f"POST /api/v1/bookings HTTP/{version}\r\nHost: x\r\nContent-Type: application/json"
        lines = [head, *headers, f"Content-Length: {len(body)}"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        async with asyncio.timeout(60):
            answered = (await reader.readuntil(b"\r\n\r\n"))[:-4]
            status, said, _nothing = parsed(answered, b"")
            made = await reader.readexactly(int(said["content-length"]))
        return status, said, json.loads(made)

    yield post
    writer.close()


async def test_it_works(ask):
    for _ in range(2):
        status, headers, booking = await ask("X-Request-Id: the-first-one")

        assert status == 201
        assert headers["location"] == f"/api/v1/bookings/{booking['reference']}"
        assert headers["x-request-id"] == "the-first-one"
        assert headers["ratelimit"].startswith('"book";r=')
        assert headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("closing", ["HTTP/1.0", "Connection: close", "Idempotency-Key: its-own"])
async def test_the_same_headers(ask, closing):
    """As the answers that aiohttp writes: on a connection that closes, to old clients."""
    _status, kept, _booking = await ask()
    version = closing.removeprefix("HTTP/")
    old = version != closing

    _status, other, _booking = await (ask(version=version) if old else ask(closing))

    assert {n: v for n, v in kept.items() if n not in OWN} == {
        n: v for n, v in other.items() if n not in OWN
    }


async def test_what_repeats_is_whole(ask):
    """Under a key the answer is stored: whoever repeats the request gets the same bytes."""
    first = await ask("Idempotency-Key: one-intent")
    again = await ask("Idempotency-Key: one-intent")

    assert again[2] == first[2]
    assert again[1]["location"] == first[1]["location"]
    assert again[1]["idempotent-replayed"] == "true"
