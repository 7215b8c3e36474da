"""One open socket of the live map: what it may say and how often, when it is pinged, how it is
closed.

A protocol of its own on the bare transport, without a task: 2,000 sockets are 2,000 small objects.
"""

import asyncio
import time

import msgspec
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import OPEN, SERVER, Protocol

from maritime_app.geo import Box
from maritime_app.infra import log
from maritime_app.vessels.map import jsonform
from maritime_app.vessels.map.client import Client
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.map.mercator import LEVELS, TileId, tiles_of

_TILES_AT_MOST = 40
_WORDS_AT_ONCE, _WORDS_PER_SECOND = 20, 4.0
_WORD_BYTES = 4_096
_LAST_CHANCE_SECONDS = 5.0
logger = log.get(__name__)
_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class _Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client says: where it looks (south, west, north, east; zoom), or which tiles it wants
    again.
    """

    viewport: tuple[float, float, float, float] | None = None
    zoom: float = 0.0
    resync: list[tuple[int, int, int]] = []


_word_decoder = msgspec.json.Decoder(_Word)


class MapSocket(Client, asyncio.Protocol):
    """A client of the hub from `connection_made` until it is closed or gone."""

    __slots__ = ("_closing", "_hub", "_part", "_since", "_wire", "_words")

    def __init__(self, hub: Hub, transport: asyncio.Transport, *, as_json: bool) -> None:
        super().__init__(transport, as_json=as_json)
        self._hub = hub
        self._closing = False
        self._wire = Protocol(SERVER, state=OPEN, max_size=_WORD_BYTES)
        self._part = b""  # of a message that comes in several frames
        self._words, self._since = float(_WORDS_AT_ONCE), time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # noqa: ARG002 - the one we have
        """From now on the hub's ticks are written here."""
        self._hub.join(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - however it went
        """The peer has gone."""
        self._hub.leave(self)

    def data_received(self, data: bytes) -> None:
        """Heed what was said; pings and the peer's close are answered by the way."""
        self.unanswered_pings = 0
        self._wire.receive_data(data)
        for frame in self._wire.events_received():
            if isinstance(frame, Frame) and frame.opcode in _DATA and self._wire.state is OPEN:
                self._part += frame.data
                if frame.fin:
                    said, self._part = self._part, b""
                    self._take(said)
        self._flush()

    def close(self, code: CloseCode, reason: str = "") -> None:
        """Say why and stop; a peer that does not even read the close is cut a little later."""
        if self._wire.state is OPEN:
            self._wire.send_close(code, reason)
            self._flush()

    def give_up(self) -> None:
        """Close 1013 (try again later)."""
        logger.info("map_socket_given_up", ticks=self.stalled_ticks)
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
            asyncio.get_running_loop().call_later(_LAST_CHANCE_SECONDS, self.transport.abort)

    def _take(self, said: bytes) -> None:
        now = time.monotonic()
        refilled = self._words + (now - self._since) * _WORDS_PER_SECOND
        self._words, self._since = min(_WORDS_AT_ONCE, refilled) - 1, now
        if self._words < 0:
            self.close(CloseCode.POLICY_VIOLATION, "too many messages")
            return
        wrong = self._heed(said)
        if wrong:
            self.transport.write(jsonform.error(wrong))

    def _heed(self, said: bytes) -> str:
        """Do what a message asks. Returns what is wrong with it, or nothing."""
        try:
            word = _word_decoder.decode(said)
        except (ValueError, msgspec.MsgspecError) as error:
            return f"not understood: {error}"
        if word.resync:
            again = {TileId(*tile) for tile in word.resync[:_TILES_AT_MOST]}
            self.miss(again & self.tiles)
            self._hub.serve_at_once(self)
        if word.viewport is None:
            return "" if word.resync else "say viewport and zoom, or resync"
        south, west, north, east = word.viewport
        in_range = -90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180
        if not (in_range and 0 <= word.zoom <= 24):
            return "viewport is [south, west, north, east] in degrees, zoom is 0 to 24"
        tiles = tiles_of(Box(south, north, west, east), max(word.zoom, LEVELS[0]), _TILES_AT_MOST)
        self._hub.look(self, tiles)
        return ""
