"""50,000 moving ships to 10,000 map sockets of two processes with different viewports, one tick a
second, beside one JSON per client for a thousand.
"""

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import numpy as np

from bench.map_clients import CODE_MS, CODES, SPEED_STEP, places
from bench.report import Report, Series
from bench.stage import ROOT, Measured, Stage
from maritime_app import clock
from maritime_app.infra.embedded.process import dying_with_us
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.resources import Resources
from maritime_app.vessels.live import live_store, packed_report
from maritime_app.vessels.model import FeedHealth, FeedState, Source

SHIPS, SOCKETS, THEIR_SOCKETS = 50_000, 10_000, 1_000
_ROUNDS, _SECONDS, _SETTLE_SECONDS = 3, 4.0, 2.0
_BATCHES = 50
_FIRST_SOCKETS = 300
_MANY_SOCKETS = {
    "MARITIME_VESSELS_MAX_SOCKETS": "20000",
    "MARITIME_VESSELS_MAX_SOCKETS_PER_ADDRESS": "20000",
}


class Fleet:
    """Ships round 150 waters.

    Their speed tells when they were published: every one of them is news at every tick.
    """

    def __init__(self) -> None:
        dice = np.random.default_rng(9)
        waters = np.array(places())[dice.integers(0, 150, SHIPS)]
        self.lat = waters[:, 0] + dice.normal(0, 0.8, SHIPS)
        self.lon = np.clip(waters[:, 1] + dice.normal(0, 1.2, SHIPS), -179, 179)
        self.course = dice.uniform(0, 360, SHIPS)
        self.rows = np.zeros(SHIPS, packed_report.DTYPE)
        self.rows["key"] = 211_000_000 + np.arange(SHIPS)
        self.rows["source"] = Source.AISSTREAM
        self.rows["cog"] = self.rows["heading"] = self.course
        self.rows["cog"] *= 10
        self.rows["group"] = dice.integers(1, 6, SHIPS)
        self._dice = dice

    def portion(self, number: int) -> np.ndarray:
        """The next reports of one part of the ships: each has sailed 12 to 25 metres off
        its line.
        """
        part = slice(number * SHIPS // _BATCHES, (number + 1) * SHIPS // _BATCHES)
        rows, size = self.rows[part], part.stop - part.start
        self.lat[part] += self._dice.choice([-1, 1], size) * 0.0006
        self.lon[part] += self._dice.choice([-1, 1], size) * 0.0006
        now_ms = clock.epoch_ms()
        rows["at_ms"], rows["lat"], rows["lon"] = now_ms, self.lat[part] * 1e7, self.lon[part] * 1e7
        codes = now_ms // CODE_MS % CODES
        rows["sog"] = round(codes * SPEED_STEP)
        return rows

    async def publish(self, res: Resources) -> None:
        """All ships once a second, in batches spread over it, as the consumer writes them."""
        fast: MultiplexedRedis = res.redis_cache
        epoch = clock.epoch_ms()
        while True:
            began = time.monotonic()
            for number in range(_BATCHES):
                rows = self.portion(number)
                reports = [
                    live_store.StoredReport(Source.AISSTREAM, int(row["key"]), row.tobytes())
                    for row in rows
                ]
                await live_store.write_batch(fast, epoch, clock.epoch_ms(), reports, [])
                await asyncio.sleep(max(0.0, began + (number + 1) / _BATCHES - time.monotonic()))
            now_ms = clock.epoch_ms()
            health = FeedHealth(FeedState.LIVE, last_frame_ms=now_ms)
            await live_store.write_health(fast, epoch, now_ms, health=health, under_way=[])


class Lookers:
    """A process of so many sockets."""

    def __init__(self, process: asyncio.subprocess.Process, count: int) -> None:
        self._process = process
        self.count = count

    async def figures(self) -> dict[str, float]:
        """Since the last call."""
        return await self._ask(b"\n")

    async def forget(self) -> None:
        """Begin anew: what has arrived until now is not in the next figures."""
        await self._ask(b"forget\n")

    async def _ask(self, line: bytes) -> dict[str, float]:
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        return dict(json.loads(await self.line()))

    async def line(self) -> bytes:
        """What it says next."""
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            return await self._process.stdout.readline()


@asynccontextmanager
async def looking(port: int, form: str, count: int) -> AsyncIterator[Lookers]:
    process = await asyncio.create_subprocess_exec(
        *dying_with_us(signal.SIGKILL),
        sys.executable,
        "-m",
        "bench.map_clients",
        str(port),
        str(count),
        form,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the bench, which ends it
    )
    try:
        lookers = Lookers(process, count)
        if await lookers.line() != b"connected\n":
            raise RuntimeError("the sockets did not all connect")
        yield lookers
    finally:
        process.kill()
        await process.wait()


async def measure(here: Stage) -> Report:
    """Both servers stand with their sockets all the time; the one not measured is stopped."""
    report = Report(
        "fanout", f"{SHIPS:,} moving ships, {SOCKETS:,} sockets with different viewports, 1 tick/s"
    )
    async with AsyncExitStack() as stack:
        res = await stack.enter_async_context(here.resources())
        publishing = asyncio.create_task(Fleet().publish(res))
        stack.callback(publishing.cancel)
        await asyncio.sleep(1.5)
        ours = await stack.enter_async_context(
            here.run([sys.executable, "-m", "bench.map_server"], environment=_MANY_SOCKETS)
        )
        await asyncio.sleep(1.5)
        empty = _resident_kib(ours)
        # A first group opens the tiles and fills the caches that all sockets share.
        await stack.enter_async_context(looking(ours.port, "binary", _FIRST_SOCKETS))
        await asyncio.sleep(_SETTLE_SECONDS)
        shared = _resident_kib(ours)
        lookers = [
            await stack.enter_async_context(looking(ours.port, "binary", SOCKETS // 2))
            for _ in range(2)
        ]
        await asyncio.sleep(_SETTLE_SECONDS)
        memory = report.figure(
            "memory per socket", "KiB", [(_resident_kib(ours) - shared) / SOCKETS]
        )
        whole = (_resident_kib(ours) - empty) / (SOCKETS + _FIRST_SOCKETS)
        report.figure(
            "memory per socket, tiles, ships' state and ready snapshots included", "KiB", [whole]
        )
        ours.pause()
        theirs = await stack.enter_async_context(here.baseline("map_json"))
        others = [await stack.enter_async_context(looking(theirs.port, "json", THEIR_SOCKETS))]
        theirs.pause()
        seen = _Seen(), _Seen()
        for number in range(_ROUNDS):
            sides = [(ours, lookers, seen[0]), (theirs, others, seen[1])]
            for measured, sockets, found in sides if number % 2 == 0 else reversed(sides):
                await _round(here, measured, sockets, found, ours=measured is ours)
        if publishing.done():
            publishing.result()
    _write(report, *seen, memory)
    return report


class _Seen:
    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {}

    def add(self, **values: float) -> None:
        for name, value in values.items():
            self.values.setdefault(name, []).append(value)


async def _round(
    here: Stage, measured: Measured, sockets: Sequence[Lookers], found: _Seen, *, ours: bool
) -> None:
    measured.go_on()
    await asyncio.sleep(_SETTLE_SECONDS)
    if ours:
        await here.get(measured, "/bench/blocked")
    await asyncio.gather(*(each.forget() for each in sockets))
    began, used = time.monotonic(), measured.cpu_seconds()
    await asyncio.sleep(_SECONDS)
    used, took = measured.cpu_seconds() - used, time.monotonic() - began
    if ours:
        body, _ = await here.get(measured, "/bench/blocked")
        found.add(**json.loads(body))
    measured.pause()
    told = await _figures(sockets)
    if not told["updates"] or not told["ticks"]:
        raise RuntimeError("nothing reached the sockets")
    found.add(
        p50_ms=told["p50_ms"],
        p99_ms=told["p99_ms"],
        cpu_percent=100 * used / took,
        updates=told["updates"] / took,
        us_per_socket_tick=1e6 * used / told["ticks"],
        bytes_each=told["bytes"] / told["updates"],
        ticks=told["ticks"] / took / sum(each.count for each in sockets),
        lost=told["lost"],
        ns_per_update=1e9 * used / told["updates"],
    )


async def _figures(sockets: Sequence[Lookers]) -> dict[str, float]:
    """Return what all of them saw since the last call: counts together, the worse percentiles."""
    told = await asyncio.gather(*(each.figures() for each in sockets))
    return {
        name: (max if name.endswith("_ms") else sum)(each[name] for each in told)
        for name in told[0]
    }


def _write(report: Report, ours: _Seen, theirs: _Seen, memory: Series) -> None:
    names: dict[str, tuple[str, str]] = {
        "p50_ms": ("receipt to socket, p50", "ms"),
        "p99_ms": ("receipt to socket, p99", "ms"),
        "cpu_percent": ("CPU of one core", "%"),
        "updates": ("vessel updates delivered", "/s"),
        "bytes_each": ("bytes per vessel update", "B"),
        "ticks": ("ticks per socket", "/s"),
        "us_per_socket_tick": ("CPU per socket and tick", "us"),
        "ns_per_update": ("CPU per vessel update", "ns"),
    }
    series: dict[tuple[str, str], Series] = {}
    for who, seen in (("ours", ours), ("JSON per client", theirs)):
        for key, (name, unit) in names.items():
            series[who, key] = report.figure(f"{who}: {name}", unit, seen.values[key])
    gaps = ours.values["blocked_ms"]
    report.figure(
        "ours: longest gap between two turns of the loop, other processes included", "ms", gaps
    )
    blocked = report.figure("ours: longest block of the event loop", "ms", ours.values["worked_ms"])
    report.at_most(series["ours", "p99_ms"], 1500)
    report.at_most(memory, 8)
    report.at_most(series["ours", "us_per_socket_tick"], 25)
    report.at_most(series["ours", "bytes_each"], 8)
    report.at_most(blocked, 20)
    name = "us_per_socket_tick"
    wide, ratio = (
        series["JSON per client", name],
        "JSON per client to ours, CPU per socket and tick",
    )
    report.ratio(ratio, wide, series["ours", name], 10)
    report.notes.append(
        "every ship is found off its line at every tick: dead reckoning saves nothing (the worst"
        " case)"
    )
    report.notes.append(
        f"memory is the growth from {_FIRST_SOCKETS} sockets on: the allocator's reuse can flatter"
        f" it"
    )
    lost = sum(ours.values["lost"])
    report.notes.append(f"sequence gaps seen by our sockets: {lost:.0f}")


def _resident_kib(measured: Measured) -> float:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{measured.process.pid}/statm").read_text().split()[1]) * 4.0
    return 0.0
