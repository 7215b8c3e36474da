"""The usual live map: each second each client gets one JSON, encoded for it, of the ships in its
box that reported.
"""

import asyncio
import json
import os
import resource
import struct
import time

import numpy as np
import uvloop
from aiohttp import web
from redis.asyncio import Redis

_FIELDS = "mmsi <u4,at_ms <u8,lat <i4,lon <i4,sog <u2,cog <u2,rest 8V"
_RECORD = np.dtype([tuple(field.split()) for field in _FIELDS.split(",")])
_AT_MOST = 1_000


class Map:
    """Newest record per ship, and who looks where."""

    def __init__(self) -> None:
        self.ships: dict[int, bytes] = {}
        self.boxes: dict[web.WebSocketResponse, tuple[float, float, float, float]] = {}

    async def follow(self) -> None:
        """The product's own delta stream."""
        redis, last = Redis.from_url(os.environ["REDIS_URL"]), "$"
        while True:
            for _, entries in await redis.xread({"vessels:delta": last}, 200, 1000):
                for entry_id, fields in entries:
                    last = entry_id
                    packed = fields.get(b"r", b"")
                    for start in range(0, len(packed), 32):
                        self.ships[struct.unpack_from("<I", packed, start)[0]] = packed[
                            start : start + 32
                        ]

    async def tick(self) -> None:
        """Once a second, or as often as it manages."""
        shown = time.time() * 1000
        while True:
            began = time.monotonic()
            rows = np.frombuffer(b"".join(self.ships.values()), _RECORD)
            rows = rows[rows["at_ms"] > shown - 1000]
            shown = time.time() * 1000
            lat, lon = rows["lat"] / 1e7, rows["lon"] / 1e7
            for socket, (south, west, north, east) in list(self.boxes.items()):
                inside = (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
                found = rows[inside][:_AT_MOST]
                ships = [
                    {
                        "mmsi": mmsi,
                        "lat": y / 1e7,
                        "lon": x / 1e7,
                        "sog": sog / 10,
                        "cog": cog / 10,
                        "at": at,
                    }
                    for mmsi, at, y, x, sog, cog, _ in found.tolist()
                ]
                if not socket.closed:
                    await socket.send_str(
                        json.dumps({"server_time_ms": time.time() * 1000, "ships": ships})
                    )
                await asyncio.sleep(0)
            await asyncio.sleep(max(0.0, began + 1 - time.monotonic()))

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """One client."""
        socket = web.WebSocketResponse(compress=False, heartbeat=30)
        await socket.prepare(request)
        async for message in socket:
            self.boxes[socket] = tuple(json.loads(message.data)["viewport"])
        self.boxes.pop(socket, None)
        return socket


async def main() -> None:
    """Serve on PORT until killed."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    chart, app = Map(), web.Application()
    app.router.add_get("/vessels/live", chart.connect)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=4096).start()
    await asyncio.gather(chart.follow(), chart.tick())


if __name__ == "__main__":
    uvloop.run(main())
