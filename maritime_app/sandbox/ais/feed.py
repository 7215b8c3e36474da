"""The feed's clients: each gets what it asked for, unless a fault is on or it reads too slowly."""

import asyncio
from collections.abc import Callable, Iterable

from aiohttp import web

from maritime_app.sandbox.ais.reporting import Reporter
from maritime_app.sandbox.ais.subscription import Subscription
from maritime_app.vessels.ais.encode import EncodedMessage

_MAX_WAITING = 20_000
_FLOOD_COPIES = 100
_GARBAGE = (
    b"{",
    b"\xff\xfe\x00",
    b'{"MessageType":"PositionReport","Message":{"PositionReport":{"Sog":"fast"}}}',
)


class Client:
    """One subscriber; `waiting` are the messages its socket has not taken yet."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.subscription = Subscription()
        self.waiting: asyncio.Queue[bytes] = asyncio.Queue(_MAX_WAITING)
        self.too_slow = asyncio.Event()

    def put(self, body: bytes) -> None:
        """Queue a message; mark a client that does not keep up for closing, as the real service."""
        try:
            self.waiting.put_nowait(body)
        except asyncio.QueueFull:
            self.too_slow.set()

    async def write(self) -> None:
        """Send what is queued until the socket closes, is too slow, or is cut."""
        while not self.socket.closed and not self.too_slow.is_set():
            await self.socket.send_bytes(await self.waiting.get())


class Feed:
    """All clients; `fault()` names what is broken now: an AisFault, empty for nothing."""

    def __init__(self, fault: Callable[[], str]) -> None:
        self.clients: set[Client] = set()
        self.sent = 0
        self.has_clients = asyncio.Event()
        self.reporter: Reporter | None = None
        self._fault = fault
        self._garbled = 0

    def join(self, client: Client) -> None:
        """Take in a client whose subscription was accepted."""
        self.clients.add(client)
        self.has_clients.set()

    def leave(self, client: Client) -> None:
        """Take out a client that has gone."""
        self.clients.discard(client)
        if not self.clients:
            self.has_clients.clear()

    def broadcast(self, messages: Iterable[EncodedMessage]) -> None:
        """Queue each message for every client whose subscription matches it."""
        fault = self._fault()
        if fault == "disconnect":
            self.cut()
        if fault in ("silence", "disconnect"):
            for _ in messages:
                continue
            return
        for message in messages:
            for client in self.clients:
                if client.subscription.matches(message):
                    self._send(client, message.body, fault)

    def send_everything(self, client: Client, at: float) -> None:
        """Queue the present state of every ship for a client that has just subscribed."""
        if self.reporter is not None and self._fault() not in ("silence", "disconnect"):
            for message in self.reporter.everything(at):
                if client.subscription.matches(message):
                    client.put(message.body)

    def cut(self) -> None:
        """Drop every connection without a word: the other side sees code 1006."""
        for client in list(self.clients):
            client.too_slow.set()
            transport = client.socket._req.transport if client.socket._req else None  # noqa: SLF001 - no public way
            if transport is not None:
                transport.abort()

    def _send(self, client: Client, body: bytes, fault: str) -> None:
        self.sent += 1
        if fault == "garbage":
            self._garbled += 1
            client.put(_GARBAGE[self._garbled % len(_GARBAGE)])
        elif fault == "flood":
            for _ in range(_FLOOD_COPIES):
                client.put(body)
        else:
            client.put(body)
