"""A process that is to end: not ready at once, serving on, every line told to go elsewhere."""

import asyncio

import aiohttp
import pytest
from websockets.asyncio.client import connect

from maritime_app.app import serving
from maritime_app.settings.file import replace

SEARCH = "/api/v1/ferries/search?from=NOOSL&to=DEKEL&date=2027-01-01"


@pytest.fixture
async def address(resources):
    """The web role of this process, on a port of its own."""
    free = replace(resources.settings, web={"port": 0})
    object.__setattr__(resources, "settings", free)
    async with serving(resources) as where:
        yield where


async def test_it_works(address, resources):
    async with aiohttp.ClientSession() as session:
        async with session.get(address + "/healthz") as before:
            assert "Connection" not in before.headers

        resources.lifecycle.drain(1.0)

        async with session.get(address + "/readyz") as ready:
            assert ready.status == 503
            assert (await ready.json())["status"] == "draining"
        async with session.get(address + "/healthz") as alive:
            assert alive.status == 200
            assert alive.headers["Connection"] == "close"


@pytest.mark.parametrize("path", ["/", "/ports", "/api/v1/ports"])
async def test_whatever_is_asked_closes_its_connection(address, resources, path):
    """Also what is kept ready as bytes on the wire."""
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            await (await session.get(address + path)).read()

        resources.lifecycle.drain(1.0)

        async with session.get(address + path) as answer:
            assert answer.status == 200
            assert answer.headers["Connection"] == "close"


async def test_maps_are_told_to_reconnect_one_after_another(address, resources):
    url = address.replace("http", "ws") + "/vessels/live?format=json"
    sockets = [await connect(url) for _ in range(4)]
    loop = asyncio.get_running_loop()

    async def closed_at(socket):
        await socket.wait_closed()
        return loop.time()

    resources.lifecycle.drain(4.0)
    gone = await asyncio.gather(*(closed_at(socket) for socket in sockets))

    assert {socket.close_code for socket in sockets} == {1012}
    assert max(gone) - min(gone) > 1.0  # the last one is told after 2.25 seconds
    async with aiohttp.ClientSession() as session, session.get(address + "/vessels/live") as late:
        assert late.status in {426, 503}
