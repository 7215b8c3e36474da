"""Requests byte by byte, for what no well-behaved client would send; an application that stands for
the whole run.
"""

import asyncio

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.resources import open_resources
from maritime_app.web.app_keys import RESOURCES
from tests.conftest import settings_for
from tests.servers import BARE


@pytest.fixture(scope="session")
async def standing(database_server, redis_server, var_dir):
    """The whole application for tests that change nothing: made once."""
    async with (
        database_server.clone(BARE) as database_url,
        open_resources(settings_for(database_url, redis_server, var_dir), domains.PARTS) as res,
        TestClient(TestServer(create_app(res))) as made,
    ):
        yield made


@pytest.fixture(scope="session")
def standing_resources(standing):
    """What the standing application holds open."""
    return standing.app[RESOURCES]


@pytest.fixture
def raw(client):
    """Send bytes to the application, read to the end: status, headers (lower case), body."""
    return sender(client)


@pytest.fixture
def raw_standing(standing):
    """The same to the standing application."""
    return sender(standing)


def sender(client):
    """A function that sends bytes and reads to the end."""

    async def send(text):
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        writer.write(text.encode() if isinstance(text, str) else text)
        async with asyncio.timeout(60):
            head, _gap, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        return parsed(head, body)

    return send


def parsed(head, body):
    """An answer's parts."""
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _colon, value in (line.partition(":") for line in lines)
    }
    return int(first.split(" ")[1]), headers, body


@pytest.fixture
async def other_browser(client):
    """A second browser at the same application, with cookies of its own."""
    async with TestClient(client.server) as made:
        yield made
