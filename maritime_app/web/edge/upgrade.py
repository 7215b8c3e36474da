"""A connection that leaves HTTP: the handshake is answered, and the socket goes on with a protocol
of its own.

aiohttp keeps a task, a request with all its headers, two parsers and eight frames for as long as a
websocket is open (13 KiB, measured). Where thousands stay open, what serves them is all that should
stay in memory.
"""

import asyncio

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.server import ServerProtocol


class TakenOver(web.StreamResponse):
    """101 Switching Protocols; once it is sent the connection is `protocol`'s, and aiohttp knows it
    no more.
    """

    def __init__(self, head: bytes, protocol: asyncio.Protocol) -> None:
        super().__init__(status=101)
        self._head = head
        self._next = protocol

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Send the head and hand the connection over; nothing happens if the peer has gone."""
        before, transport = request.protocol, request.transport
        if transport is None:
            return None
        before.transport = None  # else it would close what is not its own any more
        before.connection_lost(None)
        transport.set_protocol(self._next)
        transport.write(self._head)
        self._next.connection_made(transport)
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to write."""

    @property
    def prepared(self) -> bool:
        """Whether the head can no longer be changed: always."""
        return True


def websocket(request: web.Request, protocol: asyncio.Protocol) -> TakenOver:
    """Return the answer to an opening handshake (RFC 6455 section 4.2), without subprotocol and
    extensions; raise HTTPUpgradeRequired if it is none.
    """
    shake = ServerProtocol()
    answer = shake.accept(Request(request.raw_path, Headers(request.headers.items())))
    if answer.status_code != 101:
        raise web.HTTPUpgradeRequired(headers={"Upgrade": "websocket"})
    return TakenOver(answer.serialize(), protocol)
