"""A position feed as fast as the socket takes it: started by the ingest part, outside the measured
process.

20,000 ships report every ten seconds of their own time; one message in twelve is static data. Each
connection gets
COUNT messages in the real envelope, newer than those of the connection before, then a ping; the
pong says that they
were taken. One line of JSON per connection goes to standard output.
"""

import asyncio
import base64
import hashlib
import json
import math
import os
import random
import sys
import time

from maritime_app.vessels.ais.encode import Sender, position_a, static_a
from maritime_app.vessels.model import Motion, Particulars
from maritime_app.vessels.sea.grid import is_inland

SHIPS, COUNT = 20_000, int(os.environ.get("COUNT", "90000"))
FIRST_MMSI, MMSI_STEP = 211_000_000, 17
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CHUNK_BYTES = 1 << 18


class Waters:
    """Ships under way, each with its own speed and course."""

    def __init__(self) -> None:
        self._dice = random.Random(5)
        self._ships = [self._ship(FIRST_MMSI + number * MMSI_STEP) for number in range(SHIPS)]
        self._round = 0

    def messages(self) -> list[bytes]:
        """The next COUNT messages, the last of them now."""
        rounds = -(-COUNT // SHIPS)
        began = time.time() - rounds * 10
        out: list[bytes] = []
        for step in range(rounds):
            for number, ship in enumerate(self._ships):
                out += self._tell(ship, began + step * 10 + number / SHIPS * 10, number)
                if len(out) >= COUNT:
                    return out[:COUNT]
        return out

    def _ship(self, mmsi: int) -> list[float]:
        dice = self._dice
        moving = dice.random() < 0.5
        lat, lon = dice.uniform(-55, 65), dice.uniform(-179, 179)
        while is_inland(lat, lon):  # where ships are doubtful, and none are
            lat, lon = dice.uniform(-55, 65), dice.uniform(-179, 179)
        return [
            mmsi,
            lat,
            lon,
            dice.uniform(5, 20) if moving else 0.0,
            dice.uniform(0, 360),
        ]

    def _tell(self, ship: list[float], at: float, number: int) -> list[bytes]:
        mmsi, lat, lon, knots, course = ship
        metres = knots * 0.5144 * 10
        course = ship[4] = (course + self._dice.gauss(0, 1.5)) % 360
        ship[1] = lat + metres * math.cos(math.radians(course)) / 111_195
        ship[2] = lon + metres * math.sin(math.radians(course)) / 111_195 / math.cos(
            math.radians(lat)
        )
        sender = Sender(int(mmsi), f"SHIP {number}", ship[1], ship[2], int(at * 1e9), number % 10)
        found = [
            position_a(
                sender, Motion(ship[1], ship[2], knots, course, round(course) % 360, 0, 0.0)
            ).body
        ]
        if self._dice.random() < 1 / 12:
            told = Particulars(
                f"SHIP {number}", f"C{number}", None, 70, 100, 40, 10, 12, 8.5, "ROTTERDAM"
            )
            found.append(static_a(sender, told).body)
        return found


def framed(body: bytes) -> bytes:
    """One binary frame as a server sends it."""
    head = (
        bytes([0x82, 126]) + len(body).to_bytes(2, "big")
        if len(body) > 125
        else bytes([0x82, len(body)])
    )
    return head + body


async def talk(waters: Waters, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Handshake, wait for the subscription, send everything, wait for the pong."""
    request = await reader.readuntil(b"\r\n\r\n")
    key = next(
        line for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")
    )
    accept = base64.b64encode(hashlib.sha1(key.split(b":")[1].strip() + _MAGIC).digest())
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    )
    writer.write(b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
    await reader.read(4096)
    bodies = waters.messages()
    stream = b"".join([framed(body) for body in bodies])
    began = time.perf_counter()
    for start in range(0, len(stream), _CHUNK_BYTES):
        writer.write(stream[start : start + _CHUNK_BYTES])
        await writer.drain()
    writer.write(bytes([0x89, 0]))
    await reader.read(64)
    took = time.perf_counter() - began
    found = {"messages": len(bodies), "seconds": took, "bytes_each": len(stream) / len(bodies)}
    print(json.dumps(found), flush=True)
    await reader.read()
    writer.close()


async def main() -> None:
    """Serve until killed; the first line says the port."""
    waters = Waters()
    server = await asyncio.start_server(
        lambda r, w: talk(waters, r, w), "127.0.0.1", 0, limit=1 << 20
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
