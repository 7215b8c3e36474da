"""What goes wrong, in which order, by the seed: each kind once if there is time, then at random."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import redis.asyncio as redis_py

from bench.chaos.pair import Pair
from bench.chaos.processes import Process
from bench.chaos.promotion import Promotions
from bench.chaos.ships import Ships
from bench.chaos.world import World
from maritime_app.ferries.sailings.service import sailing_tag

_BETWEEN_SECONDS = (2.0, 6.0)
# At least and at most: somebody has to book first, and the free room of pages to be used up.
_FULL_SECONDS = (10.0, 90.0)
_TRAPPED_WITHIN_SECONDS = 20.0  # somebody books every one to three
Kinds = dict[str, Callable[[], Awaitable[None]]]
# Always on while there is load: what a payment provider does on an ordinary day, only more often.
ORDINARY = {
    "stripe": {
        "duplicates": 2,
        "delay_seconds": 1.0,
        "reorder": True,
        "error_rate": 0.03,
        "timeout_rate": 0.03,
        "timeout_seconds": 6.0,
        "refund_settles_seconds": 2.0,
    },
    "operators": {
        code: {
            "offer_latency_min_seconds": 0.2,
            "offer_latency_max_seconds": 1.0,
            "call_latency_seconds": 0.05,
            "refuse_rate": 0.05,
            "timeout_rate": 0.05,
            "timeout_seconds": 6.0,
        }
        for code in ("NDL", "THA")
    },
}
CALM = {
    "stripe": {
        "duplicates": 1, "delay_seconds": 0.0, "reorder": False,
        "error_rate": 0.0, "timeout_rate": 0.0, "refunds": "succeed", "paid_twice": False,
    },
    "operators": {
        code: {"refuse_rate": 0.0, "timeout_rate": 0.0, "down": False, "slow_seconds": 0.0}
        for code in ("NDL", "THA")
    },
    "smtp": {"refuse": False, "temporary_rate": 0.0, "drop_after_data_rate": 0.0},
}  # fmt: skip


@dataclass
class Injected:
    """One fault: what, when (seconds from the start), for how long."""

    name: str
    at_seconds: float
    lasted_seconds: float = 0.0


@dataclass
class Troublemaker:
    """Injects faults until its time is over; each leaves the world as it found it."""

    here: World
    ships: Ships
    promotions: Promotions
    dice: random.Random
    only: str = ""  # parts of the names of the faults that are played; "": all
    injected: list[Injected] = field(default_factory=list)
    started_at: float = field(default_factory=time.monotonic)
    broken: list[str] = field(default_factory=list)

    async def make_trouble(self, seconds: float, say: Callable[[str], None]) -> None:
        """Two lanes side by side, our own machines and the outside world: faults of both kinds
        meet.
        """
        lanes = [
            self._lane(kinds, random.Random(self.dice.random()), say)
            for kinds in (self._ours(), self._theirs())
        ]
        await asyncio.gather(*(lane(time.monotonic() + seconds) for lane in lanes))

    def _lane(
        self, kinds: Kinds, dice: random.Random, say: Callable[[str], None]
    ) -> Callable[[float], Awaitable[None]]:
        """One fault at a time, with a pause between: every kind once in a random order,
        then any. Without faults the load has that time to itself.
        """

        async def run(end: float) -> None:
            chosen = self.only.split(",")
            names = sorted(name for name in kinds if any(part in name for part in chosen))
            order = dice.sample(names, len(names))
            if not names:
                await asyncio.sleep(end - time.monotonic())
                return
            while time.monotonic() < end:
                name = order.pop() if order else dice.choice(names)
                fault = Injected(name, time.monotonic() - self.started_at)
                self.injected.append(fault)
                say(f"{fault.at_seconds:6.1f} s  {name}")
                await kinds[name]()
                fault.lasted_seconds = time.monotonic() - self.started_at - fault.at_seconds
                await asyncio.sleep(dice.uniform(*_BETWEEN_SECONDS))

        return run

    def _ours(self) -> Kinds:
        here = self.here
        kinds = {f"kill -9 {one.name}": self._killing(one) for one in [*here.webs, *here.workers]}
        kinds |= {
            f"freeze {one.name}": self._freezing(one) for one in [*here.workers, *here.streams]
        }
        if isinstance(here.postgres, Pair):
            kinds["primary killed, standby promoted"] = self.promotions.kill_and_promote
        if here.disk.is_there:
            kinds["disk full"] = self._fill_disk
        return kinds | {
            "kill -9 both workers": self._kill_both_workers,
            "SIGTERM both web processes in turn": self._roll_webs,
            "kill -9 the leader of the ships": self.ships.kill_leader,
            "half-open line from web-1 to Valkey": self._silence_redis_line,
            "web-0 dies unheard after a COMMIT": self._die_unheard,
            "Valkey flushed": self._flush_valkey,
            "Valkey stopped": self._stop_valkey,
            "Valkey killed": self._kill_valkey,
            "PostgreSQL restarted": self._restart_postgres,
            "PostgreSQL killed": self._kill_postgres,
        }

    def _theirs(self) -> Kinds:
        both = {
            "down": {"down": True},
            "done but timed out": {"timeout_rate": 0.6},
            "refuse": {"refuse_rate": 0.6},
        }
        operators = {
            f"operators: {name}": self._during({"operators": {"NDL": switches, "THA": switches}}, 7)
            for name, switches in both.items()
        }
        return operators | {
            "kill -9 sandbox": self._killing(self.here.sandbox),
            "SMTP refuses": self._during({"smtp": {"refuse": True}}, 6),
            "SMTP defers": self._during({"smtp": {"temporary_rate": 0.7}}, 6),
            "SMTP takes it but does not say so": self._during(
                {"smtp": {"drop_after_data_rate": 0.5}}, 6
            ),
            "Stripe: 5 copies in any order": self._during(
                {"stripe": {"duplicates": 5, "delay_seconds": 4.0}}, 8
            ),
            "Stripe: done but timed out": self._during({"stripe": {"timeout_rate": 0.5}}, 8),
            "Stripe: charges twice": self._during({"stripe": {"paid_twice": True}}, 6),
            "Stripe: errors": self._during({"stripe": {"error_rate": 0.5}}, 6),
            "Stripe: refunds fail later": self._during({"stripe": {"refunds": "fail_later"}}, 4),
            "Stripe: refunds stay pending": self._during({"stripe": {"refunds": "pending"}}, 6),
        }

    def _killing(self, one: Process) -> Callable[[], Awaitable[None]]:
        async def kill() -> None:
            await one.end()
            await asyncio.sleep(self.dice.uniform(0.2, 3.0))
            await one.start()
            if one is self.here.sandbox:
                await self.here.until_answering(self.here.sandbox_url)
                await self.here.apply_switches()

        return kill

    def _freezing(self, one: Process) -> Callable[[], Awaitable[None]]:
        async def freeze() -> None:
            one.freeze(True)
            await asyncio.sleep(self.dice.uniform(4.0, 12.0))
            one.freeze(False)

        return freeze

    async def _kill_both_workers(self) -> None:
        await asyncio.gather(*(one.end() for one in self.here.workers))
        await asyncio.sleep(self.dice.uniform(0.5, 4.0))
        for one in self.here.workers:
            await one.start()

    async def _roll_webs(self) -> None:
        for one, url in zip(self.here.webs, self.here.web_urls, strict=True):
            await one.end(signal.SIGTERM)
            await one.start()
            await self.here.until_answering(f"{url}/readyz")

    async def _silence_redis_line(self) -> None:
        self.here.redis_line.fall_silent()
        await asyncio.sleep(self.dice.uniform(9.0, 14.0))
        self.here.redis_line.recover()

    async def _die_unheard(self) -> None:
        """It has committed that places are taken, and nobody is told."""
        web, here = self.here.webs[0], self.here
        here.trap.write_text(sailing_tag(here.watched_sailing))
        end = time.monotonic() + _TRAPPED_WITHIN_SECONDS
        while web.runs and time.monotonic() < end:
            web.expect_end()
            await asyncio.sleep(0.05)
        here.trap.unlink()
        await asyncio.sleep(self.dice.uniform(9.0, 12.0))
        web.expect_end(False)
        if not web.runs:
            await web.start()

    async def _fill_disk(self) -> None:
        """A web process that is asked to book says that there is no room, and heals."""
        here = self.here
        here.disk.fill()
        said: set[str] = set()
        least, most = (time.monotonic() + seconds for seconds in _FULL_SECONDS)
        while time.monotonic() < (most if not said else least):
            said |= {url for url in here.web_urls if "out of room" in await here.readiness(url)}
            await asyncio.sleep(0.2)
        here.disk.make_room()
        if not said:
            self.broken.append("the disk was full, and nobody said so")
        for url in here.web_urls:
            await here.until_answering(f"{url}/readyz")

    async def _flush_valkey(self) -> None:
        await self._redis("FLUSHALL")

    async def _stop_valkey(self) -> None:
        await self.here.valkey.stop()
        await asyncio.sleep(self.dice.uniform(1.0, 5.0))
        await self.here.valkey.start()

    async def _kill_valkey(self) -> None:
        await self.here.valkey.kill()
        await asyncio.sleep(self.dice.uniform(0.2, 2.0))
        await self.here.valkey.start()

    async def _restart_postgres(self) -> None:
        await self.here.postgres.stop()
        await asyncio.sleep(self.dice.uniform(0.5, 3.0))
        await self.here.postgres.start()

    async def _kill_postgres(self) -> None:
        await self.here.postgres.kill()
        await asyncio.sleep(self.dice.uniform(0.2, 2.0))
        await self.here.postgres.start()

    def _during(self, patch: dict[str, object], seconds: float) -> Callable[[], Awaitable[None]]:
        async def switch() -> None:
            await self.here.switch(patch)
            await asyncio.sleep(seconds * self.dice.uniform(0.7, 1.3))
            await self.here.switch({part: CALM[part] for part in patch})
            await self.here.switch({part: ORDINARY[part] for part in patch if part in ORDINARY})

        return switch

    async def _redis(self, *command: str) -> None:
        client = redis_py.Redis.from_url(self.here.valkey.url)
        try:
            await client.execute_command(*command)
        finally:
            await client.aclose()
