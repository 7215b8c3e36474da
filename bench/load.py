"""The load generator: a process of its own that keeps N connections busy and writes down what came
back.

A closed loop over raw sockets: each connection asks again when its answer is complete. Reads what
to do as
JSON from standard input (`bench.rounds.Load`), answers JSON on standard output.
"""

import asyncio
import gc
import json
import sys
import time
from array import array
from collections import Counter
from collections.abc import Callable
from typing import Any

import uvloop

from bench import asks

_PATIENCE_SECONDS = 15.0


class Tally:
    """What all connections share."""

    def __init__(self, next_request: Callable[[], bytes]) -> None:
        self.next_request = next_request
        self.counting = False
        self.over = False
        self.seconds = array("d")
        self.statuses: Counter[str] = Counter()
        self.broken = 0
        self.open = 0
        self.all_closed = asyncio.Event()


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._rest = b""
        self._began = 0.0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._tally.open += 1
        self._ask()

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        end = data.find(b"\r\n\r\n")
        if end < 0 or len(data) < end + 4 + _length(data, end):
            self._rest = data
            return
        self._rest = b""
        tally = self._tally
        if tally.counting:
            tally.seconds.append(time.perf_counter() - self._began)
            tally.statuses[data[9:12].decode()] += 1
        if tally.over:
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._tally.open -= 1
        self._tally.broken += not self._tally.over
        if not self._tally.open:
            self._tally.all_closed.set()

    def _ask(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(self._tally.next_request())


def _length(data: bytes, end: int) -> int:
    head = data[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        raise RuntimeError(f"an answer without Content-Length: {head!r}")
    return int(head[at + 17 : (head + b"\r").find(b"\r", at + 17)])


async def run(job: dict[str, Any]) -> dict[str, Any]:
    """Settle, count for the given seconds, let the last answers come in."""
    tally = Tally(asks.KINDS[job["kind"]](**job["options"]))
    loop = asyncio.get_running_loop()
    for _ in range(job["connections"]):
        await loop.create_connection(lambda: Connection(tally), "127.0.0.1", job["port"])
    await asyncio.sleep(job["settle_seconds"])
    gc.collect()
    gc.freeze()
    gc.disable()
    tally.counting, began = True, time.perf_counter()
    await asyncio.sleep(job["seconds"])
    took = time.perf_counter() - began
    tally.counting, tally.over = False, True
    count, seconds = len(tally.seconds), sorted(tally.seconds)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await tally.all_closed.wait()
    return {
        "per_second": count / took,
        "p50_ms": 1000 * seconds[count // 2] if count else float("nan"),
        "p99_ms": 1000 * seconds[min(count - 1, count * 99 // 100)] if count else float("nan"),
        "statuses": dict(tally.statuses),
        "broken": tally.broken,
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(json.load(sys.stdin)))))
