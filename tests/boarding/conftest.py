"""Gates: settings without servers, people with tickets for one sailing, a quay and its line."""

import asyncio
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import UUID

import pytest

from maritime_app.boarding.gate.running import GatePlan, running
from maritime_app.boarding.gate.service import Quay
from maritime_app.bookings import service as bookings
from maritime_app.bookings.tickets import service as tickets
from maritime_app.ids import uuid7
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.settings import file as settings_file
from maritime_app.settings.file import replace
from maritime_app.settings.model import Settings
from tests import signed_in
from tests.factories import ADA, BO, a_sailing, an_ask, book


@pytest.fixture
def settings_without_servers() -> Settings:
    """Settings that sign, for what is pure."""
    return replace(settings_file.load({}), secrets={"key": "a key for tests only"})


class Boarded:
    """A sailing with confirmed bookings, and somebody who boards it."""

    def __init__(self, client, res, sailing, crew):
        self.client, self.res, self.sailing, self.crew = client, res, sailing, crew

    @property
    def base(self):
        """Where the calls of this sailing are."""
        return f"/api/v1/boarding/{self.sailing}"

    async def book(self, people=(ADA, BO), *sailings, **more):
        """A confirmed booking on this sailing (and others); its codes by leg and holder."""
        ask = an_ask(self.sailing, *sailings, people=people, **more)
        made = await book(self.client, ask)
        async with self.res.db.acquire() as conn:
            await conn.execute(
                "update booking set status = 'confirmed' where reference = $1", made["reference"]
            )
        return await self.codes(made["reference"])

    async def codes(self, reference):
        """The codes of a booking's tickets as they are now, by leg and holder."""
        async with self.res.db.acquire() as conn:
            booking_id = await conn.fetchval(
                "select id from booking where reference = $1", reference
            )
        stored = await bookings.by_id(self.res, booking_id)
        made = await tickets.tickets(self.res, stored)
        return {(ticket.leg.number, ticket.holder_id): ticket.code for ticket in made}

    async def scan(self, code, gate="1", scan_id=None, **more):
        """What the server says of a code."""
        body = {"id": str(scan_id or uuid7()), "code": code, "gate": gate, **more}
        return await self.post("scan", body)

    async def post(self, path, body, status=200):
        """The answer to a call by the crew."""
        async with self.client.post(f"{self.base}/{path}", json=body, headers=self.crew) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def get(self, path):
        """The answer to a question by the crew."""
        async with self.client.get(f"{self.base}/{path}", headers=self.crew) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


@pytest.fixture
async def boarding(client, resources):
    """The Aurora Borealis before it leaves, and its crew with a token."""
    sailing = await a_sailing(resources.db)
    return Boarded(client, resources, sailing, await signed_in.token(resources, "boarding"))


class Line:
    """The line between quay and server: the server's address, until it is cut."""

    def __init__(self, port):
        self.port, self.pipes = port, set()
        self.server: asyncio.Server | None = None

    async def mend(self, to):
        """Carry bytes to the server at this port."""

        async def carry(reader, writer):
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", to)
            writers = (writer, to_writer)
            self.pipes.update(writers)
            await asyncio.gather(
                self._pump(reader, to_writer), self._pump(to_reader, writer), return_exceptions=True
            )
            for end in writers:
                end.close()

        self.server = await asyncio.start_server(carry, "127.0.0.1", self.port)

    async def _pump(self, reader, writer):
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def cut(self):
        """Drop what is open and refuse the rest."""
        if self.server:
            self.server.close()
        for pipe in self.pipes:
            pipe.transport.abort()


class Opened(NamedTuple):
    """A quay that runs, and the link that opens its gates."""

    quay: Quay
    link: str


@pytest.fixture
async def line(boarding):
    """A line that works."""
    made = Line(free_port())
    await made.mend(boarding.client.port)
    yield made
    await made.cut()


@pytest.fixture
def quay(boarding, resources, line, tmp_path):
    """Starts a quay by its name; every one has a laptop of its own."""

    @asynccontextmanager
    async def started(name="north"):
        token = boarding.crew["Authorization"].partition(" ")[2]
        gate = {
            "host": "127.0.0.1", "port": 0, "token": token, "settle_seconds": 0.1,
            "list_seconds": 0.2, "timeout_seconds": 5.0,
        }  # fmt: skip
        settings = replace(resources.settings, gate=gate)
        address = f"http://127.0.0.1:{line.port}"
        plan = GatePlan(UUID(str(boarding.sailing)), address, name, tmp_path / name)
        async with running(settings, plan) as (opened, link):
            yield Opened(opened, link.format(host="127.0.0.1"))

    return started
