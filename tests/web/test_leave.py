"""The end of a port: whoever was let in is answered; a control without the wait loses them."""

import asyncio
import contextlib
import os
import socket
from typing import Any

import pytest
from aiohttp import web

from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.processes.lifecycle import Lifecycle
from maritime_app.settings import file as settings_file
from maritime_app.settings.file import replace
from maritime_app.web.edge import leaving, serving
from maritime_app.web.edge.connection import Connection, Edge

ASK = b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n"


class Port:
    """A small application on a port of its own; `leave` ends it, `left` is set when it has gone."""

    def __init__(self):
        self.opened = []
        self.number = free_port()
        self.lifecycle = Lifecycle()
        self.asked, self.answer = asyncio.Event(), asyncio.Event()
        self.answer.set()
        self._settings = replace(settings_file.load({}), web={"port": self.number}).web
        self._leave, self._ready = asyncio.Event(), asyncio.Event()

    async def serve(self):
        app = web.Application()
        app.router.add_get("/x", self._handle)
        async with serving.serving_connections(
            app, self._settings, {}, self.lifecycle, lambda handler: handler
        ):
            self._ready.set()
            await self._leave.wait()

    async def begin(self):
        self.serving = asyncio.create_task(self.serve())
        await self._ready.wait()

    def keep(self, *args):
        self.edge = Edge(*args)
        return self.edge

    def leave(self):
        self._leave.set()

    def connect(self):
        """Open a connection as the kernel does: the loop has not seen it yet."""
        plain = socket.create_connection(("127.0.0.1", self.number), timeout=20)
        plain.setblocking(False)
        self.opened.append(plain)
        return plain

    async def refuses(self):
        """Wait until nobody listens on the port."""
        async with asyncio.timeout(30):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.number)
                except ConnectionRefusedError:
                    return
                writer.close()

    async def _handle(self, _request):
        self.asked.set()
        await self.answer.wait()
        response = web.Response(text="here")
        if self.lifecycle.draining:
            response.force_close()
        return response


@pytest.fixture
async def port(monkeypatch):
    made = Port()
    monkeypatch.setattr(serving, "Edge", made.keep)
    await made.begin()
    yield made
    for one in made.opened:
        one.close()
    made.answer.set()
    made.leave()
    await made.serving


@pytest.fixture
def patient(monkeypatch):
    """Nobody is taken for silent while the test lasts, however slow the machine is."""
    monkeypatch.setattr(leaving, "_SILENT_ROUNDS", 1_200)


async def test_it_works(port, patient):
    """A connection that was opened before the port closed may still ask."""
    waiting = port.connect()
    port.lifecycle.drain(1.0)
    port.leave()
    await port.refuses()

    assert b" 200 " in await asked(waiting)
    await port.serving


async def test_a_connection_that_only_the_kernel_has_seen_is_taken_in(port, patient):
    """It asked when nobody had accepted it yet, and the port was closed in the same moment."""
    waiting = port.connect()
    waiting.send(ASK)
    port.lifecycle.drain(1.0)
    port.leave()

    assert b" 200 " in await answer(waiting)


WAYS = [*leaving._WAYS, None]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: getattr(way, "__name__", "in no way"))
async def test_so_it_is_in_whatever_way_newcomers_are_refused(port, patient, monkeypatch, way):
    """Also where the system lets us refuse nobody: who has come is taken in."""
    if way is not None and not is_allowed(way):
        pytest.skip("this kernel does not let us")
    monkeypatch.setattr(leaving, "_WAYS", () if way is None else (way,))
    waiting = port.connect()
    waiting.send(ASK)
    port.lifecycle.drain(1.0)
    port.leave()

    assert b" 200 " in await answer(waiting)


@pytest.mark.parametrize("way", leaving._WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_handshake_under_way_is_completed_and_none_begins(monkeypatch, way, host):
    """A kernel that waits for the first bytes keeps the handshake under way as long as we want."""
    if not is_allowed(way):
        pytest.skip("this kernel does not let us")
    monkeypatch.setattr(leaving, "_WAYS", (way,))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as server:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
        server.bind((host, 0))
        server.listen()
        where = server.getsockname()[:2]
        with socket.create_connection(where) as waiting:
            assert leaving.refuse_newcomers([server.fileno()])
            with pytest.raises((ConnectionRefusedError, TimeoutError)):
                socket.create_connection(where, timeout=0.2)

            waiting.send(ASK)
            server.settimeout(30)
            with server.accept()[0] as taken:
                assert taken.recv(100) == ASK


@pytest.mark.skipif(not leaving._WAYS, reason="no way here to refuse newcomers")
def test_who_is_not_root_may_refuse_newcomers():
    """The image's processes are not; some kernels keep socket filters for root."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        child = os.fork()
        if not child:
            with contextlib.suppress(PermissionError):  # we are not root already
                os.setresuid(10_001, 10_001, 10_001)
            os._exit(0 if leaving.refuse_newcomers([server.fileno()]) else 1)

        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with pytest.raises((ConnectionRefusedError, TimeoutError)):
            socket.create_connection(server.getsockname(), timeout=0.2)


def is_allowed(way):
    with socket.create_server(("127.0.0.1", 0)) as server:
        return leaving._is_done(way, server)


async def test_a_request_in_hand_is_answered(port):
    port.answer.clear()
    waiting = port.connect()
    waiting.send(ASK)
    await port.asked.wait()
    port.lifecycle.drain(1.0)
    port.leave()
    await port.refuses()
    port.answer.set()

    assert b"here" in await answer(waiting)


async def test_a_connection_that_asks_nothing_does_not_hold_it_up(port, monkeypatch):
    monkeypatch.setattr(leaving, "_SILENT_ROUNDS", 2)
    silent = port.connect()
    port.lifecycle.drain(1.0)
    port.leave()

    async with asyncio.timeout(60):
        await port.serving
    assert await answer(silent) == b""


async def test_a_port_is_not_closed_while_somebody_stands_before_it(monkeypatch):
    """A process that was kept from running finds its timer due before it finds who has come."""
    monkeypatch.setattr(leaving, "_HANDSHAKE_SECONDS", 0.0)
    monkeypatch.setattr(leaving, "_EMPTY_WITHIN_SECONDS", 600.0)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()),
    ):
        letting_in = asyncio.create_task(leaving.until_let_in([server.fileno()]))
        for _ in range(10):
            await asyncio.sleep(0.01)
        assert not letting_in.done()

        server.accept()[0].close()
        async with asyncio.timeout(60):
            await letting_in


async def test_silence_is_counted_in_looks(monkeypatch):
    """A process that was kept from running has heard nothing meanwhile: that is no silence."""
    monkeypatch.setattr(leaving, "_LOOK_SECONDS", 0.0)
    edge = Edge({}, 0)
    silent: Any = Silent(edge)
    edge.connections.add(silent)

    async with asyncio.timeout(60):
        await leaving.until_answered(edge, 600.0)

    assert silent.looks > leaving._SILENT_ROUNDS


class Silent:
    """A connection that says nothing, and counts how often somebody looks."""

    transport = None
    reads = 1

    def __init__(self, edge):
        self.looks, self._edge = 0, edge

    @property
    def is_busy(self):
        self.looks += 1
        return False

    def force_close(self):
        self._edge.connections.discard(self)


async def test_bytes_that_nobody_has_read_keep_a_connection_open(port, monkeypatch):
    """They came while the loop was busy with something else."""
    closed: list[Connection] = []
    monkeypatch.setattr(Connection, "force_close", closed.append)
    waiting = port.connect()
    async with asyncio.timeout(30):
        while not port.edge.connections:
            await asyncio.sleep(0)

    waiting.send(ASK)
    leaving._close_unless_asked(*port.edge.connections)
    assert closed == []

    monkeypatch.undo()
    assert b" 200 " in await answer(waiting, whole=False)


async def test_without_the_wait_they_are_lost(port):
    """The control: a process that was given no time closes what it has let in."""
    waiting = port.connect()
    port.lifecycle.drain(0.0)
    port.leave()
    await port.serving

    assert await asked(waiting) == b""


async def asked(connection):
    """Return the answer to a request over it, b"" where it is closed."""
    with contextlib.suppress(ConnectionError):
        connection.send(ASK)
        return await answer(connection)
    return b""


async def answer(connection, *, whole=True):
    """Return what comes until the end of the connection, or until a first part has come."""
    got, loop = b"", asyncio.get_running_loop()
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(30):
            while data := await loop.sock_recv(connection, 65_536):
                got += data
                if not whole:
                    break
    return got
