"""Two-level cache of encoded answers: this process, then Redis, then one fill for all who wait.

An answer is stored under a key and carries tags ("sailing:<id>", "day:GRPIR:GRHER:2026-11-22").
Bumping a tag drops every answer that carries it, in Redis and in every process. A fill that began
before the bump cannot be stored after it: each tag has a generation, and storing compares it. A
process that loses its subscription to the bumps drops everything and does not use its own copies
until it is back. A bump that nobody published is found in PostgreSQL (infra/cache_changes.py).
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.cache.bump_message import decode, encode, written
from maritime_app.infra.cache.heard_changes import HeardChanges
from maritime_app.infra.cache.local_copies import Entry, LocalCopies
from maritime_app.infra.cache.recent_tags import RecentTags
from maritime_app.infra.cache.scripts import BUMP, STORE
from maritime_app.infra.processes.supervise import Healthy
from maritime_app.infra.redis import MultiplexedRedis, RedisError, Subscription, subscribed
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import gauge, tally

logger = log.get(__name__)
_CHANNEL = "cache:bumped"
_GENERATION_SECONDS = 3_600
_GENERATION_BITS = 62  # an integer of Redis
_MAX_FILLS = 2_000
_MAX_UNPUBLISHED = 20_000
_PUBLISHED_AT_ONCE = 500
_HEADERS = 4_096  # of answers in Redis that are remembered
LISTENING = gauge("cache_listening", "1 while this process hears which answers are to be dropped")


class Source(StrEnum):
    """Where an answer came from; coalesced: from a fill that somebody else had begun."""

    LOCAL = "local"
    REDIS = "redis"
    COALESCED = "coalesced"
    MISS = "miss"


class Filled(msgspec.Struct, frozen=True):
    """What a fill produced: the bytes, the tags that can drop them, how long they may be served."""

    body: bytes
    tags: Sequence[str]
    seconds: int


class Found(msgspec.Struct, frozen=True):
    """An answer, its age, and for how long it may still be served."""

    body: bytes
    source: Source
    age_seconds: int
    seconds_left: int


class Cache:
    """The cache of one process. Without Redis every answer is filled afresh, and nothing breaks."""

    def __init__(self, redis: MultiplexedRedis, entries: int) -> None:
        self._redis = redis
        self._copies = LocalCopies(entries)
        self._filling: dict[str, asyncio.Task[Found]] = {}
        self._messages: Subscription | None = None  # while this process listens
        self._bumps = 0  # heard or made so far
        self.recent = RecentTags()
        self.heard = HeardChanges()
        self.subscriptions = 0  # so far
        self._unpublished: set[str] = set()  # bumped while Redis was away

    async def get(
        self, key: str, tags: Sequence[str], fill: Callable[[], Awaitable[Filled]]
    ) -> Found:
        """Return the answer for this key, from here, from Redis, or by `fill`.

        `tags` are those known before the fill: their generations are compared. Raise Unavailable
        when too many fills are under way, and what `fill` raises.
        """
        found = await self.stored(key)
        if found is not None:
            return found
        running = self._filling.get(key)
        if running is not None:
            tally["cache_coalesced"] += 1
            answer = await asyncio.shield(running)
            return Found(answer.body, Source.COALESCED, answer.age_seconds, answer.seconds_left)
        if len(self._filling) >= _MAX_FILLS:
            raise Unavailable("We are very busy right now.", retry_after_seconds=2)
        task = asyncio.create_task(self._fill(key, tags, fill))
        self._filling[key] = task
        task.add_done_callback(lambda done: self._end_fill(key, done))
        return await asyncio.shield(task)

    def _end_fill(self, key: str, done: "asyncio.Task[Found]") -> None:
        self._filling.pop(key, None)
        if not done.cancelled():
            done.exception()  # everybody who waited may have been cancelled: it is no news then

    async def stored(self, key: str) -> Found | None:
        """Return the answer from here or from Redis; None when there is none, or it is filled."""
        return self._from_local(key) or (None if key in self._filling else await self.shared(key))

    async def shared(self, key: str) -> Found | None:
        """Return the answer from Redis and keep a copy here; None when it is not there or Redis is
        away.
        """
        bumps = self._bumps
        try:
            stored = await self._redis.command("GET", key)
        except RedisError:
            tally["cache_redis_away"] += 1
            return None
        if stored is None:
            return None
        tally["cache_redis_hits"] += 1
        header, _, body = stored.partition(b"\n")
        stored_at, seconds, tags = _read_header(header)
        age = max(0.0, clock.epoch_ms() / 1_000 - stored_at)
        left = max(1.0, seconds - age)
        if bumps == self._bumps:  # else a bump may have overtaken this answer
            self._keep(key, body, tags, age, left)
        return Found(body, Source.REDIS, int(age), int(left))

    async def bump(self, tags: Iterable[str], changes: Collection[UUID] = ()) -> None:
        """Drop every answer that carries one of these tags: here at once, elsewhere by Redis.

        `changes` are the committed changes that it makes known. What Redis does not take is said
        again as soon as it is back.
        """
        names = sorted(set(tags))
        if not names:
            return
        self.drop(names)
        tally["cache_bumps"] += 1
        try:
            await self._publish(names, changes)
            self.heard.add(changes)
        except RedisError as error:
            log.sparingly(logger, "cache_bump_not_published", error=error.reply)
            # Beyond the bound the answers in Redis die with their time to live.
            room = _MAX_UNPUBLISHED - len(self._unpublished)
            self._unpublished.update(names[: max(0, room)])

    async def _publish(self, tags: Sequence[str], changes: Collection[UUID] = ()) -> None:
        keys = [f"cache:{kind}:{tag}" for kind in ("gen", "tag") for tag in tags]
        channel, words = self._redis.name(_CHANNEL), encode(tags, changes)
        generation = random.getrandbits(_GENERATION_BITS)
        await self._redis.command(
            "EVAL", BUMP, len(keys), *keys, _GENERATION_SECONDS, generation, channel, words
        )

    async def listen(self, healthy: Healthy) -> None:
        """Follow the other processes' bumps until the connection ends; then drop everything."""
        try:
            async with subscribed(self._redis, [_CHANNEL]) as messages:
                self._clear()
                self.heard.clear()
                self.subscriptions += 1
                self._messages = messages
                LISTENING.set(1)
                healthy()
                await self._publish_again()
                async for _channel, message in messages:
                    tags, changes = decode(message)
                    self.drop(tags)
                    self.heard.add(changes)
        except RedisError as error:
            dropped = len(self._copies)
            log.sparingly(logger, "cache_subscription_lost", error=error.reply, dropped=dropped)
        finally:
            self._messages = None
            LISTENING.set(0)
            self._clear()

    async def _publish_again(self) -> None:
        """Redis is back, perhaps with what it held before: drop what was bumped meanwhile."""
        while self._unpublished:
            tags = sorted(self._unpublished)[:_PUBLISHED_AT_ONCE]
            await self._publish(tags)
            self._unpublished.difference_update(tags)

    @property
    def listening(self) -> bool:
        """Return whether this process hears bumps and may serve from its own copies."""
        return self._messages is not None and not self._messages.is_deaf

    def local(self, key: str) -> Entry | None:
        """Return this process's own copy, if it is still valid."""
        return self._copies.get(key) if self.listening else None

    def _from_local(self, key: str) -> Found | None:
        entry = self.local(key)
        if entry is None:
            return None
        now = time.monotonic()
        tally["cache_local_hits"] += 1
        return Found(
            entry.body, Source.LOCAL, int(now - entry.stored_at), int(entry.expires_at - now)
        )

    async def _fill(
        self, key: str, tags: Sequence[str], fill: Callable[[], Awaitable[Filled]]
    ) -> Found:
        generations: list[bytes] | None = None
        with suppress(Unavailable):
            generations = await self._redis.pipeline([("GET", f"cache:gen:{tag}") for tag in tags])
            if any(isinstance(generation, RedisError) for generation in generations):
                generations = None  # it answers, but is still loading: nothing can be compared
        tally["cache_misses"] += 1
        began = time.monotonic()
        filled = await fill()
        if generations is not None:
            await self._store(key, filled, tags, generations)
            if self.recent.any_of(_beyond(filled, tags), time.monotonic() - began):
                self._copies.drop(key)  # a bump of what only the fill could know came first
                with suppress(RedisError):
                    await self._redis.command("DEL", key)
        return Found(filled.body, Source.MISS, 0, filled.seconds)

    async def _store(
        self, key: str, filled: Filled, tags: Sequence[str], generations: list[bytes]
    ) -> None:
        stamp = f"{clock.now().timestamp():.3f}"
        header = " ".join((stamp, str(filled.seconds), *map(written, filled.tags)))
        packed = header.encode() + b"\n" + filled.body
        seen = [generation or b"0" for generation in generations]
        # Tags that only the fill could know have no generation from before it: see `_fill`. For a
        # sailing's, which others bump, too, its day's stands, which is bumped with it.
        extra = _beyond(filled, tags)
        keys = [
            key,
            *(f"cache:gen:{tag}" for tag in tags),
            *(f"cache:tag:{tag}" for tag in (*tags, *extra)),
        ]
        bumps = self._bumps
        try:
            ok = await self._redis.command(
                "EVAL", STORE, len(keys), *keys, packed, filled.seconds, *seen
            )
        except RedisError:
            return
        if ok and bumps == self._bumps:
            self._keep(key, filled.body, filled.tags, 0.0, filled.seconds)

    def _keep(
        self, key: str, body: bytes, tags: Sequence[str], age: float, seconds_left: float
    ) -> None:
        # Whether it may be served is asked again when it is: `local`.
        if self._messages is not None:
            self._copies.put(key, body, tags, age, seconds_left)

    def drop(self, tags: Sequence[str]) -> None:
        """Drop the answers of this process that carry one of the tags."""
        self._bumps += 1
        self.recent.add(tags)
        self._copies.drop_tagged(tags)

    def _clear(self) -> None:
        self._bumps += 1
        self.recent.missed()
        self._copies.clear()


@lru_cache(maxsize=_HEADERS)
def _read_header(header: bytes) -> tuple[float, float, tuple[str, ...]]:
    """Return when an answer was stored, for how many seconds it is good, and its tags.

    The same answer is fetched again and again, and its header costs as much as the rest of that.
    """
    stored_at, seconds, *words = header.decode().split(" ")
    return float(stored_at), float(seconds), tuple(map(unquote, words))


def _beyond(filled: Filled, tags: Sequence[str]) -> list[str]:
    return [tag for tag in filled.tags if tag not in tags]
