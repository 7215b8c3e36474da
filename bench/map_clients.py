"""Many map sockets in a process of their own: counts what arrives and how old it is when it does.

Started with the port, the number of sockets and "binary" or "json". A line on standard input asks
for the figures since the last one: receipt -> socket latencies, bytes, vessel updates, ticks; the
line "forget" lets what has arrived go unread. The time of receipt is written into the ships' speed
by the publisher (see bench/parts/fanout.py), so it survives the record.

While sockets are measured, what they get is noted with its time and nothing more. A process that
also read the records of 5,000 sockets would be late at the last of them by half a second of its own
work, which no browser with its one socket has.
"""

import asyncio
import base64
import json
import os
import random
import resource
import sys
import time

import numpy as np
import uvloop

from maritime_app.vessels.map import frames

CODE_MS, CODES = 40, 250
SPEED_STEP = 2.5  # tenths of a knot for each code
_TICK = 1
_NO_SPEEDS = np.zeros(0)
ZOOMS = ((1.5, 0.05), (3.5, 0.15), (5.5, 0.30), (7.5, 0.30), (9.0, 0.20))


def places(seed: int = 3) -> list[tuple[float, float]]:
    """The 150 waters where ships and lookers are."""
    dice = random.Random(seed)
    return [(dice.uniform(-50, 62), dice.uniform(-160, 160)) for _ in range(150)]


def viewport(dice: random.Random) -> dict[str, object]:
    """What a screen of 1280 by 800 pixels sees somewhere."""
    lat, lon = dice.choice(places())
    zoom = dice.choices([zoom for zoom, _ in ZOOMS], [share for _, share in ZOOMS])[0]
    wide = min(360.0, 1280 / 512 / 2**zoom * 360)
    high = wide * 0.4
    west, east = (
        (-180.0, 180.0)
        if wide >= 320
        else (max(-180.0, lon - wide / 2), min(180.0, lon + wide / 2))
    )
    return {"viewport": [max(-85.0, lat - high), west, min(85.0, lat + high), east], "zoom": zoom}


class Figures:
    """What all sockets saw since the last question."""

    def __init__(self) -> None:
        self.received: list[tuple[Looker, float, bytes]] = []  # when, in ms, and a message
        self._latencies: list[np.ndarray] = []
        self._sequences: dict[tuple[Looker, bytes], int] = {}  # of each tile of a socket
        self.bytes = self.updates = self.ticks = self.lost = 0

    def report(self) -> dict[str, float]:
        """Read what was received; percentiles in milliseconds, and counts."""
        for looker, at_ms, body in self.received:
            self.bytes += len(body)
            speeds = self._json(body) if looker.as_json else self._binary(looker, body)
            if len(speeds):
                age_ms = (at_ms - np.round(speeds) * CODE_MS) % (CODE_MS * CODES)
                self._latencies.append(age_ms)
        ages = np.concatenate(self._latencies) if self._latencies else np.zeros(1)
        return {
            "p50_ms": float(np.percentile(ages, 50)),
            "p99_ms": float(np.percentile(ages, 99)),
            "bytes": self.bytes,
            "updates": self.updates,
            "ticks": self.ticks,
            "lost": self.lost,
        }

    def _json(self, body: bytes) -> np.ndarray:
        self.ticks += 1
        ships = json.loads(body)["ships"]
        self.updates += len(ships)
        return np.array([ship["sog"] * 10 / SPEED_STEP for ship in ships])

    def _binary(self, looker: "Looker", body: bytes) -> np.ndarray:
        if body[0] == _TICK:
            self.ticks += 1
            return _NO_SPEEDS
        full, moves, gone, steps = (
            int.from_bytes(body[at : at + 2], "little") for at in (16, 18, 20, 22)
        )
        tile, sequence = (looker, body[2:3] + body[4:8]), int.from_bytes(body[8:12], "little")
        snapshot = body[3] & 1
        if not snapshot and sequence > self._sequences.get(tile, sequence) + 1:
            self.lost += 1
        self._sequences[tile] = max(sequence, self._sequences.get(tile, 0))
        self.updates += full + moves + steps
        if snapshot:
            return _NO_SPEEDS
        start = 24 + 2 * gone
        sent_full = np.frombuffer(body, frames.FULL, full, start)
        moved = np.frombuffer(body, frames.MOVE, moves, start + sent_full.nbytes)
        stepped = np.frombuffer(body, frames.STEP, steps, start + sent_full.nbytes + moved.nbytes)
        parts = (sent_full, moved, stepped)
        tenths = [(part["motion"] >> 12) + part["fast"] * 16.0 for part in parts]
        return np.concatenate(tenths) / SPEED_STEP


class Looker(asyncio.Protocol):
    """One socket; frames are cut out of the stream by hand, because a client library would be what
    is measured.
    """

    figures = Figures()

    def __init__(self, said: bytes, as_json: bool) -> None:
        self._said, self.as_json = said, as_json
        self._buffer = bytearray()
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET /vessels/live?protocol={frames.VERSION} HTTP/1.1",
            "Host: x",
            "Upgrade: websocket",
            "Connection: Upgrade",
        ]
        lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "", ""]
        transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            del self._buffer[: end + 4]
            self._open = True
            head = bytes([0x81, 0x80 | 126]) + len(self._said).to_bytes(2, "big") + bytes(4)
            self._transport.write(head + self._said)
        self._cut(time.time() * 1000)

    def _cut(self, now_ms: float) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            length, head = buffer[at + 1], 2
            if length == 126:
                length, head = int.from_bytes(buffer[at + 2 : at + 4], "big"), 4
            elif length == 127:
                length, head = int.from_bytes(buffer[at + 2 : at + 10], "big"), 10
            if len(buffer) - at < head + length:
                break
            if buffer[at] & 15 == 9:
                self._transport.write(bytes([0x8A, 0x80]) + bytes(4))
            else:
                body = bytes(buffer[at + head : at + head + length])
                self.figures.received.append((self, now_ms, body))
            at += head + length
        del buffer[:at]


async def main(port: int, count: int, as_json: bool) -> None:
    """Connect all, then answer questions."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    loop, dice = asyncio.get_running_loop(), random.Random(11)
    for _ in range(count):
        said = json.dumps(viewport(dice)).encode().ljust(130)
        await loop.create_connection(lambda said=said: Looker(said, as_json), "127.0.0.1", port)
    print("connected", flush=True)
    while asked := await loop.run_in_executor(None, sys.stdin.readline):
        told, Looker.figures = Looker.figures, Figures()
        print("{}" if asked == "forget\n" else json.dumps(told.report()), flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "json"))
