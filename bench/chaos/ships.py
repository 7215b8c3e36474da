"""The ship feed: who leads, how long nobody did, and whether every web process sees it live."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import redis.asyncio as redis_py
from redis.exceptions import RedisError

from bench.chaos.processes import Process
from bench.chaos.world import World

_LEADER = "vessels:leader"
_LOOK_SECONDS = 0.05
_PATIENCE_SECONDS = 20.0
_AT_REST_SECONDS = 30.0
# The lease of three seconds, the half second between two claims, and a busy machine.
MOST_HAND_OVER_SECONDS = 5.0
_MOST_AGE_SECONDS = 15.0


@dataclass
class Ships:
    """What came of each leader that was killed."""

    here: World
    hand_overs: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    async def kill_leader(self) -> None:
        """Kill whoever follows the ships; note how long nobody had the lease; bring it back."""
        holder = await self._holder()
        one = self._process(holder)
        if one is None:
            return
        await one.end()
        began = time.monotonic()
        while time.monotonic() - began < _PATIENCE_SECONDS:
            if (now := await self._holder()) and now != holder:
                self.hand_overs.append(time.monotonic() - began)
                break
            await asyncio.sleep(_LOOK_SECONDS)
        else:
            self.broken.append(f"nobody took the ships over within {_PATIENCE_SECONDS:.0f} s")
        await one.start()

    def judged(self) -> list[str]:
        """Return what took too long."""
        slow = [taken for taken in self.hand_overs if taken > MOST_HAND_OVER_SECONDS]
        return self.broken + [
            f"the ships were without a leader for {taken:.1f} s" for taken in slow
        ]

    async def until_live(self) -> list[str]:
        """Return which web processes do not see the ships live, some time after all is calm."""
        end = time.monotonic() + _AT_REST_SECONDS
        while (wrong := await self._not_live()) and time.monotonic() < end:
            await asyncio.sleep(0.5)
        return wrong

    async def _not_live(self) -> list[str]:
        said = await asyncio.gather(*(self._feed(url) for url in self.here.web_urls))
        return [
            f"{one.name} says of the ships: {feed}"
            for one, feed in zip(self.here.webs, said, strict=True)
            if feed.get("state") != "live"
            or not 0 <= (feed["age_seconds"] or 0) <= _MOST_AGE_SECONDS
        ]

    async def _feed(self, url: str) -> dict[str, Any]:
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self.here.http.get(f"{url}/api/v1/vessels/feed") as answer:
                if answer.status == 200:
                    feed: dict[str, Any] = (await answer.json())["feed"]
                    return feed
        return {"state": "no answer"}

    async def _holder(self) -> str:
        client = redis_py.Redis.from_url(self.here.valkey.url)
        try:
            return (await client.get(_LEADER) or b"").decode()
        except (RedisError, OSError):
            return ""
        finally:
            await client.aclose()

    def _process(self, holder: str) -> Process | None:
        """Return the process that wrote host:pid:number into the lease."""
        pid = holder.split(":")[-2:-1]
        return next((one for one in self.here.streams if [str(one.pid)] == pid), None)
