"""Connections: who is slow, silent or many is let go, and everybody is answered in our words."""

import asyncio
import contextlib
import datetime as dt
from contextlib import asynccontextmanager

import pytest
from yarl import URL

from maritime_app import domains
from maritime_app.app import serving
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from maritime_app.web.edge import deadlines
from tests.web.conftest import parsed

HASTY = {"head_seconds": 0.2, "body_seconds": 0.2, "unread_seconds": 0.2}


@pytest.fixture
async def served(settings, monkeypatch):
    """Start the service with these settings of [web]; returns how to open a connection."""
    monkeypatch.setattr(deadlines, "_LOOK_SECONDS", 0.05)

    @asynccontextmanager
    async def start(**web):
        changed = replace(settings, web={"port": 0} | web)
        async with open_resources(changed, domains.PARTS) as res, serving(res) as address:
            port = URL(address).port
            yield lambda: asyncio.open_connection("127.0.0.1", port)

    return start


async def test_it_works(served):
    async with served() as connect:
        status, headers, _body = await answer(connect, request("/healthz"))

    assert status == 200
    assert headers["server"] == "maritime"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: h\r\nbroken\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01", 400),
        (b"GET /healthz\r\n\r\n", 400),
        (b"CONNECT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 405),
        (b"CONNECT h:443 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 404),
        (b"OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 404),
    ],
)
async def test_what_is_no_request_is_answered_by_us(served, sent, status):
    async with served() as connect:
        got, headers, body = await answer(connect, sent)

    assert got in (status, 400, 404, 405) if status in (404, 405) else got == status
    assert "content-security-policy" in headers
    assert "python" not in headers["server"].lower()
    assert b"aiohttp" not in body
    assert b"Traceback" not in body


async def test_a_body_that_cannot_be_read_is_no_fault_of_ours(served, caplog):
    sent = (
        b"POST /api/v1/bookings HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
    )
    async with served() as connect:
        status, _headers, _body = await answer(connect, sent)

    assert status == 400
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GET / HTTP/1.1\r\nHost: h\r\nX-a: ", b" 408 "),
        (b"", b" 408 "),
        (
            (
                b"POST /api/v1/bookings HTTP/1.1\r\nHost: h\r\n"
                b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
            ),
            b"",
        ),
    ],
)
async def test_what_does_not_arrive_is_let_go(served, sent, said):
    async with served(**HASTY) as connect:
        reader, writer = await connect()
        writer.write(sent)
        async with asyncio.timeout(60):
            got = await reader.read()
        writer.close()

    assert said in got


async def test_a_head_that_drips_is_let_go_as_well(served):
    async with served(**HASTY) as connect:
        reader, writer = await connect()
        writer.write(b"GET / HTTP/1.1\r\nHost: h\r\nX-a: ")
        dripping = asyncio.create_task(drip(writer))
        async with asyncio.timeout(60):
            with contextlib.suppress(ConnectionError):
                assert b" 408 " in await reader.read()
        dripping.cancel()
        writer.close()


async def test_an_idle_connection_ends(served):
    async with served(idle_seconds=0.2) as connect:
        reader, writer = await connect()
        writer.write(request("/healthz", keep=True))
        async with asyncio.timeout(60):
            assert b"200 OK" in await reader.read()
        writer.close()


async def test_who_goes_on_asking_is_kept(served):
    async with served(**HASTY) as connect:
        reader, writer = await connect()
        for _ in range(4):
            writer.write(request("/healthz", keep=True))
            async with asyncio.timeout(60):
                assert b"200 OK" in await reader.readuntil(b"}")
            await asyncio.sleep(0.1)
        writer.close()


@pytest.mark.demo
async def test_who_does_not_read_is_let_go_and_costs_little(served):
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=20)).date()
    search = f"/ferries?from=GRPIR&to=GRHER&date={day}&adults=1"
    async with served(**HASTY) as connect:
        for _ in range(2):  # so that it is kept ready
            await answer(connect, request(search))
        _reader, writer = await connect()
        writer.transport.pause_reading()
        with pytest.raises(ConnectionError):
            async with asyncio.timeout(60):
                while True:
                    writer.write(request(search, keep=True) * 50)
                    await writer.drain()
                    await asyncio.sleep(0)
        writer.close()


async def test_one_address_has_its_share(served):
    async with served(connections_per_address=3) as connect:
        lines = [await connect() for _ in range(3)]
        for reader, writer in lines:
            writer.write(request("/healthz", keep=True))
            assert b"200 OK" in await reader.readuntil(b"}")
        reader, writer = await connect()
        writer.write(request("/healthz"))
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        lines[0][1].close()
        await asyncio.sleep(0.05)
        assert (await answer(connect, request("/healthz")))[0] == 200
        for _reader, writer in lines:
            writer.close()


async def drip(writer):
    """Send a byte at a time, for ever."""
    while True:
        writer.write(b"a")
        await asyncio.sleep(0.05)


def request(path, *, keep=False):
    """A GET, byte by byte."""
    last = b"" if keep else b"Connection: close\r\n"
    return f"GET {path} HTTP/1.1\r\nHost: h\r\n".encode() + last + b"\r\n"


async def answer(connect, sent):
    """Send, and read to the end."""
    reader, writer = await connect()
    writer.write(sent)
    async with asyncio.timeout(60):
        head, _gap, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return parsed(head, body)
