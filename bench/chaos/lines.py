"""What stands between clients and servers: a line that falls silent, a balancer of connections."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import aiohttp

_CHUNK_BYTES = 65_536
_LOOK_SECONDS = 0.5
_LOOK_PATIENCE_SECONDS = 2.0
_CONNECT_SECONDS = 1.0
_KNOCK_AGAIN_SECONDS = 0.1
_QUEUE_SECONDS = 10.0  # so long a client of the balancer stands in line for somebody who takes it

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Line:
    """Connections passed on to one server; `silent` ones stay open and carry nothing.

    That is a half-open line: a NAT table or a virtual machine's fail-over has forgotten it, and
    neither end is told. What was sent meanwhile never arrives, and those connections never speak
    again.
    """

    def __init__(
        self, target: Callable[[], Sequence[int]], *, patience_seconds: float = 0.0
    ) -> None:
        self._target = target
        self._patience_seconds = patience_seconds
        self._next = itertools.count()
        self._silent = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()
        self.port = 0

    def fall_silent(self) -> None:
        """Carry nothing from now on, over lines that stand and over new ones."""
        self._silent.set()

    def recover(self) -> None:
        """Carry new connections again; those that fell silent stay so."""
        self._silent = asyncio.Event()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Take connections on a free port of this machine until left."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for task in list(self._open):
                task.cancel()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        there: Ends | None = None
        try:
            there = await self._connected()
            if there is not None:
                await self._carry((reader, writer), there)
        except asyncio.CancelledError:
            pass  # the run is over
        finally:
            self._open.discard(task)
            for end in (writer, *(there[1:] if there else ())):
                end.close()

    async def _connected(self) -> Ends | None:
        """Return a connection to one of the targets in turn, or to another where it refuses; they
        are tried again for as long as there is patience.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._patience_seconds
        first = next(self._next)
        while True:
            ports = self._target()
            for place in range(len(ports)):
                with contextlib.suppress(OSError, TimeoutError):
                    async with asyncio.timeout(_CONNECT_SECONDS):
                        port = ports[(first + place) % len(ports)]
                        return await asyncio.open_connection("127.0.0.1", port)
            if loop.time() >= ends:
                return None
            await asyncio.sleep(_KNOCK_AGAIN_SECONDS)

    async def _carry(self, here: Ends, there: Ends) -> None:
        silent = self._silent
        both = [
            asyncio.create_task(_pass_on(*ends, silent))
            for ends in ((here[0], there[1]), (there[0], here[1]))
        ]
        try:
            # One end closes: so does the other, when what was said before has gone out.
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()


async def _pass_on(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, silent: asyncio.Event
) -> None:
    """Carry bytes until the source ends; a silent line swallows them, and the end too."""
    with contextlib.suppress(OSError):
        while data := await source.read(_CHUNK_BYTES):
            if not silent.is_set():
                sink.write(data)
                await sink.drain()
        if silent.is_set():
            await asyncio.Event().wait()


class Balancer:
    """Connections spread over the web processes that say they are ready, as HAProxy does in TCP
    mode: asked twice a second, left out after one refusal. While nobody takes a connection its
    client stands in line: closed at once, it would look like a request that a process has lost.
    """

    def __init__(self, http: aiohttp.ClientSession, ports: Sequence[int]) -> None:
        self._http = http
        self._ports = ports
        self._ready: tuple[int, ...] = tuple(ports)
        self._line = Line(
            lambda: self._ready or tuple(self._ports), patience_seconds=_QUEUE_SECONDS
        )

    @property
    def url(self) -> str:
        """Where clients ask."""
        return f"http://127.0.0.1:{self._line.port}"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Balance until left."""
        looking = asyncio.create_task(self._look())
        try:
            async with self._line.listening():
                yield
        finally:
            looking.cancel()

    async def _look(self) -> None:
        while True:
            said = await asyncio.gather(*(self._is_ready(port) for port in self._ports))
            self._ready = tuple(
                port for port, ready in zip(self._ports, said, strict=True) if ready
            )
            await asyncio.sleep(_LOOK_SECONDS)

    async def _is_ready(self, port: int) -> bool:
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with asyncio.timeout(_LOOK_PATIENCE_SECONDS):
                async with self._http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    return answer.status == 200
        return False
