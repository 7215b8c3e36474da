"""A name whose server says nothing keeps nobody waiting but those who ask for it."""

import asyncio
import re
import socket
import threading
from pathlib import Path

import pytest

from maritime_app.infra.upstreams import names
from maritime_app.infra.upstreams.names import Names
from maritime_app.infra.upstreams.public_http import public_session

CODE = Path(__file__).resolve().parents[2] / "maritime_app"


@pytest.fixture
def hanging(monkeypatch):
    """Names that end in .hangs get no answer until the test ends; those that were asked for."""
    release, asked, really = threading.Event(), [], socket.getaddrinfo

    def getaddrinfo(host, *more, **options):
        asked.append(host)
        if host.endswith(".hangs"):
            release.wait(60)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return really(host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield asked
    release.set()


async def test_it_works():
    (found, *_others) = await Names(1).resolve("localhost", 443, socket.AF_INET)
    assert (found["host"], found["port"], found["hostname"]) == ("127.0.0.1", 443, "localhost")


async def test_others_are_looked_up_meanwhile(hanging):
    here = Names(32)
    waiting = [asyncio.create_task(here.resolve(f"{number}.hangs")) for number in range(20)]
    await asyncio.sleep(0)

    async with asyncio.timeout(60):
        assert await here.resolve("localhost")
        assert await asyncio.to_thread(int, "7") == 7, "no thread of others is taken"

    assert not any(one.done() for one in waiting)
    for one in waiting:
        one.cancel()


async def test_whoever_is_out_of_time_goes_and_the_next_asks_nothing_anew(hanging):
    here = Names(32)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await here.resolve("api.hangs")
    assert hanging == ["api.hangs"]


async def test_too_many_at_a_time_are_refused(hanging):
    here = Names(2)
    waiting = [asyncio.create_task(here.resolve(f"{number}.hangs")) for number in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(OSError, match="too many"):
        await here.resolve("localhost")
    for one in waiting:
        one.cancel()


async def test_a_name_that_does_not_exist_is_asked_for_again_next_time(monkeypatch):
    asked = 0

    def getaddrinfo(*_any, **_more):
        nonlocal asked
        asked += 1
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    here = Names(2)
    for _ in range(2):
        with pytest.raises(socket.gaierror):
            await here.resolve("nobody.example")
    assert asked == 2


async def test_strangers_names_do_not_take_ours(hanging):
    async def visit(number):
        async with public_session() as session:
            await session.get(f"https://{number}.hangs/")

    visits = [asyncio.create_task(visit(number)) for number in range(20)]
    await asyncio.sleep(0.05)

    async with asyncio.timeout(60):
        assert await names.OURS.resolve("localhost")

    for one in visits:
        one.cancel()
    await asyncio.gather(*visits, return_exceptions=True)


def test_every_session_has_such_a_connector():
    """aiohttp's own resolver asks on the two threads of the loop."""
    bare = re.compile(r"ClientSession\(\s*(?!\s*connector=)[^\s]|TCPConnector\((?!resolver=)")
    ours = [file for file in CODE.rglob("*.py") if "sandbox" not in file.parts]
    assert [str(file) for file in ours if bare.search(file.read_text())] == []
