"""The feed's clients: each gets what it asked for, unless a fault is on or it reads too slowly."""

import asyncio
from collections.abc import Callable, Iterable

from aiohttp import web

from maritime_app.sandbox.ais.reporting import Reporter
from maritime_app.sandbox.ais.subscription import Subscription
from maritime_app.vessels.ais.encode import Sent

_WAITING_AT_MOST = 20_000
_FLOOD_COPIES = 100
_GARBAGE = (
    b"{",
    b"\xff\xfe\x00",
    b'{"MessageType":"PositionReport","Message":{"PositionReport":{"Sog":"fast"}}}',
)


class Client:
    """One subscriber. `waiting` is what its socket has not yet taken."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.subscription = Subscription()
        self.waiting: asyncio.Queue[bytes] = asyncio.Queue(_WAITING_AT_MOST)
        self.too_slow = asyncio.Event()

    def put(self, body: bytes) -> None:
        """Queue a message; a client that does not keep up is marked for closing, as the real
        service does.
        """
        try:
            self.waiting.put_nowait(body)
        except asyncio.QueueFull:
            self.too_slow.set()

    async def write(self) -> None:
        """Send what waits until the socket closes, is too slow, or is cut."""
        while not self.socket.closed and not self.too_slow.is_set():
            await self.socket.send_bytes(await self.waiting.get())


class Feed:
    """Who listens, and what is broken now:

    `fault` names silence, garbage, disconnect, flood or nothing.
    """

    def __init__(self, fault: Callable[[], str]) -> None:
        self.clients: set[Client] = set()
        self.sent = 0
        self.somebody = asyncio.Event()  # set while anybody listens
        self.reporter: Reporter | None = None
        self._fault = fault
        self._garbled = 0

    def join(self, client: Client) -> None:
        """A client whose subscription was accepted."""
        self.clients.add(client)
        self.somebody.set()

    def leave(self, client: Client) -> None:
        """A client that has gone."""
        self.clients.discard(client)
        if not self.clients:
            self.somebody.clear()

    def broadcast(self, messages: Iterable[Sent]) -> None:
        """Give each message to every client that wants it."""
        fault = self._fault()
        if fault == "disconnect":
            self.cut()
        if fault in ("silence", "disconnect"):
            for _ in messages:
                continue
            return
        for sent in messages:
            for client in self.clients:
                if client.subscription.wants(sent):
                    self._give(client, sent.body, fault)

    def tell_everything(self, client: Client, at: float) -> None:
        """All that is known now, for a client that has just subscribed."""
        if self.reporter is not None and self._fault() not in ("silence", "disconnect"):
            for sent in self.reporter.everything(at):
                if client.subscription.wants(sent):
                    client.put(sent.body)

    def cut(self) -> None:
        """Drop every connection without a word: the other side sees code 1006."""
        for client in list(self.clients):
            client.too_slow.set()
            transport = client.socket._req.transport if client.socket._req else None  # noqa: SLF001 - no public way
            if transport is not None:
                transport.abort()

    def _give(self, client: Client, body: bytes, fault: str) -> None:
        self.sent += 1
        if fault == "garbage":
            self._garbled += 1
            client.put(_GARBAGE[self._garbled % len(_GARBAGE)])
        elif fault == "flood":
            for _ in range(_FLOOD_COPIES):
                client.put(body)
        else:
            client.put(body)
