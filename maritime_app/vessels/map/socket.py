"""One open socket of the live map: what it may send and how often, and how it is closed.

A protocol of its own on the bare transport, without a task: 2,000 sockets are 2,000 small objects.
"""

import asyncio
import time

import msgspec
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import OPEN, SERVER, Protocol

from maritime_app.geo import Box
from maritime_app.infra.telemetry import log
from maritime_app.vessels.map import frames, json_frames
from maritime_app.vessels.map.client import Client
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.map.mercator import LEVELS, TileId, tiles_of

_MAX_TILES = 40
_MAX_ZOOM = 24
# A token bucket: dragging the map sends about two messages a second.
_MESSAGE_BURST, _MESSAGES_PER_SECOND = 20, 4.0
_MAX_MESSAGE_BYTES = 4_096
_CLOSE_SECONDS = 5.0
logger = log.get(__name__)
_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class ClientMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client sends: the viewport it shows, or tiles to be sent again.

    `viewport` is south, west, north, east in degrees; `resync` are (z, x, y).
    """

    viewport: tuple[float, float, float, float] | None = None
    zoom: float = 0.0
    resync: list[tuple[int, int, int]] = []


_message_decoder = msgspec.json.Decoder(ClientMessage)


class MapSocket(Client, asyncio.Protocol):
    """A client of the hub from `connection_made` until it is closed or gone.

    One that does not read this protocol's version (`is_current`) is closed when it asks for ships.
    Until then it is one of its address's maps: closed at once, it would make room for the next.
    """

    __slots__ = ("_closing", "_credit", "_credit_at", "_hub", "_is_current", "_partial", "_wire")

    def __init__(
        self,
        hub: Hub,
        transport: asyncio.Transport,
        *,
        as_json: bool,
        is_current: bool = True,
        address: str = "",
    ) -> None:
        super().__init__(transport, as_json=as_json, address=address)
        self._is_current = is_current
        self._hub = hub
        self._closing = False
        self._wire = Protocol(SERVER, state=OPEN, max_size=_MAX_MESSAGE_BYTES)
        self._partial = b""  # of a message that comes in several frames
        self._credit, self._credit_at = float(_MESSAGE_BURST), time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # noqa: ARG002 - the one we have
        """Join the hub: from now on its ticks are written here."""
        self._hub.join(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - however it went
        """Leave the hub: the peer has gone."""
        self._hub.leave(self)

    def data_received(self, data: bytes) -> None:
        """Carry out the messages received; pings and the peer's close are answered as well."""
        self.unanswered_pings = 0
        self._wire.receive_data(data)
        for frame in self._wire.events_received():
            if isinstance(frame, Frame) and self._wire.state is OPEN:
                self._take(frame)
        self._flush()

    def close(self, code: int, reason: str = "") -> None:
        """Send a close frame; a peer that does not even read it is cut a little later."""
        if self._wire.state is OPEN:
            self._wire.send_close(code, reason)
            self._flush()

    def drop(self) -> None:
        """Close with 1013 (try again later): the client has not read for too long."""
        logger.info("map_socket_dropped", ticks=self.stalled_ticks)
        self.close(CloseCode.TRY_AGAIN_LATER)

    def _flush(self) -> None:
        for data in self._wire.data_to_send():
            if data:
                self.transport.write(data)
        if self._wire.state is not OPEN and not self._closing:
            self._closing = True
            # Nothing may follow a close frame, and the hub only knows who may still be written to.
            self._hub.leave(self)
            if not self.transport.is_closing():
                self.transport.write_eof()
            asyncio.get_running_loop().call_later(_CLOSE_SECONDS, self.transport.abort)

    def _take(self, frame: Frame) -> None:
        # Pings cost as much as messages: each is answered, also to who never reads the answers.
        now = time.monotonic()
        refilled = self._credit + (now - self._credit_at) * _MESSAGES_PER_SECOND
        self._credit, self._credit_at = min(_MESSAGE_BURST, refilled) - 1, now
        if self._credit < 0:
            self.close(CloseCode.POLICY_VIOLATION, "too many messages")
        elif frame.opcode in _DATA:
            self._partial += frame.data
            if frame.fin:
                message, self._partial = self._partial, b""
                self._receive(message)

    def _receive(self, message: bytes) -> None:
        if not self._is_current:
            self.close(frames.OTHER_VERSION, f"protocol {frames.VERSION} is spoken here")
            return
        problem = self._execute(message)
        if problem:
            self.transport.write(json_frames.error(problem))

    def _execute(self, raw: bytes) -> str:
        """Do what a message asks for; return what is wrong with it, or nothing."""
        try:
            message = _message_decoder.decode(raw)
        except (ValueError, msgspec.MsgspecError) as error:
            return f"not understood: {error}"
        if message.resync:
            requested = {TileId(*tile) for tile in message.resync[:_MAX_TILES]}
            self.mark_missed(requested & self.tiles)
            self._hub.send_missed(self)
        if message.viewport is None:
            return "" if message.resync else "say viewport and zoom, or resync"
        south, west, north, east = message.viewport
        in_range = -90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180
        if not (in_range and 0 <= message.zoom <= _MAX_ZOOM):
            return "viewport is [south, west, north, east] in degrees, zoom is 0 to 24"
        box = Box(south, north, west, east)
        self._hub.subscribe(self, tiles_of(box, max(message.zoom, LEVELS[0]), _MAX_TILES))
        return ""
