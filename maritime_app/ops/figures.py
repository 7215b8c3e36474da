"""Figures that are asked for at a scrape: what waits, for how long, and whether the servers answer.

The same from every role, so that each can be watched alone; read once in five seconds at most.
"""

import asyncio
import platform
import re
import time

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.redis import RedisError
from maritime_app.infra.telemetry import metrics
from maritime_app.infra.telemetry.metrics import gauge
from maritime_app.jobs.monitor import service as jobs
from maritime_app.jobs.pausing import service as pauses
from maritime_app.ops import service
from maritime_app.ops.readiness import OK, READINESS
from maritime_app.resources import Part, Resources
from maritime_app.vessels import service as vessels
from maritime_app.vessels.model import FeedHealth, FeedState

_GOOD_FOR_SECONDS = 5.0
# Thousands of lines take twenty milliseconds: whoever asks more often reads the same ones.
_TEXT_SECONDS = 1.0
_PATIENCE_SECONDS = 3.0
_WAITING = gauge("queue_waiting", "Jobs that wait, due or not", ("queue",))
_OLDEST = gauge("queue_oldest_seconds", "How long the oldest due job has waited", ("queue",))
_PAUSED = gauge("pause_seconds", "How long a queue or task has been paused", ("name",))
_DEAD = gauge("queue_dead", "Jobs given up", ("queue",))
_LAGS = {
    "outbox_seconds": gauge("outbox_lag_seconds", "Age of the oldest due job of all queues"),
    "webhook_seconds": gauge("webhook_lag_seconds", "Age of the oldest Stripe event not worked on"),
    "hold_expiry_seconds": gauge("hold_expiry_lag_seconds", "How long a hold is past its time"),
    "mails_waiting": gauge("mails_waiting", "Mails written that are still to be sent"),
    "mail_seconds": gauge("mail_lag_seconds", "How long no mail has gone while one waits"),
}
_ALERTS = gauge("open_alerts", "Alerts that nobody has settled", ("kind",))
_UP = gauge("server_up", "1 while the server answers and can be used", ("server",))
_REDIS_MEMORY = gauge(
    "redis_memory_percent",
    "How much of its maxmemory Redis uses; 0: it has no bound, or tells none",
)
_MEMORY = re.compile(rb"^(used_memory|maxmemory):(\d+)", re.MULTILINE)
_READY = gauge("ready", "1 while work may be sent to this process")
_POOL_USED = gauge("db_connections_in_use", "Connections to PostgreSQL that somebody has")
_POOL_WAITING = gauge("db_connections_waited_for", "Callers that stand in line for one")
_POOL_WAITED = gauge("db_connection_wait_seconds", "How long the first in that line has waited")
_FEED_LIVE = gauge("feed_live", "1 while positions of ships come in")
_FEED_AGE = gauge("feed_age_seconds", "Age of the newest position; -1: there is none")
_FEED_SILENT = gauge("feed_silent", "1 while ships are followed and none is heard for too long")
_BUILD = gauge("build_info", "Always 1", ("version", "python"))


class Figures:
    """Brings the gauges up to date for whoever scrapes this process."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        self._read_at = float("-inf")
        self._written, self._written_at = b"", float("-inf")
        self._heard_at = time.monotonic()
        self._redis_answers = False
        self._reading = asyncio.Lock()
        _BUILD.labels("0.1.0", platform.python_version()).set(1)

    async def exposition(self) -> bytes:
        """Return every figure of this process, a second old at most, as Prometheus reads it."""
        async with self._reading:
            if time.monotonic() - self._read_at > _GOOD_FOR_SECONDS:
                self._read_at = time.monotonic()
                await self._servers()
                await self._feed()
                try:
                    async with asyncio.timeout(_PATIENCE_SECONDS):
                        await self._ledger()
                except (Unavailable, TimeoutError):
                    pass  # server_up says so
        if time.monotonic() - self._written_at > _TEXT_SECONDS:
            _POOL_USED.set(self._res.db.in_use)
            _POOL_WAITING.set(self._res.db.waiting)
            _POOL_WAITED.set(self._res.db.waiting_seconds)
            self._written, self._written_at = metrics.exposition(), time.monotonic()
        return self._written

    async def _servers(self) -> None:
        found = await self._res[READINESS].now()
        _READY.set(found.ready)
        _UP.labels("postgresql").set(found.postgresql == OK)
        _UP.labels("redis").set(found.redis == OK)
        self._redis_answers = found.redis == OK
        await self._redis_memory()

    async def _redis_memory(self) -> None:
        try:
            told: bytes = await self._res.redis_cache.command("INFO", "memory")
        except RedisError:
            return  # server_up says so
        found = {name: int(number) for name, number in _MEMORY.findall(told)}
        used, most = found.get(b"used_memory", 0), found.get(b"maxmemory", 0)
        _REDIS_MEMORY.set(round(100 * used / most) if most else 0)

    async def _feed(self) -> None:
        health = await vessels.feed_health(self._res)
        age_ms = health.age_ms(clock.epoch_ms())
        _FEED_LIVE.set(health.state is FeedState.LIVE)
        _FEED_AGE.set(-1 if age_ms is None else age_ms / 1_000)
        _FEED_SILENT.set(self._redis_answers and self._is_silent(health))

    def _is_silent(self, health: FeedHealth) -> bool:
        """Return whether positions should have come: also where nobody follows the feed any more,
        or a key has never worked. This process counts from its own start then.
        """
        if health.state is FeedState.LIVE:
            self._heard_at = time.monotonic()
        age_ms = health.age_ms(clock.epoch_ms())
        quiet = time.monotonic() - self._heard_at if age_ms is None else age_ms / 1_000
        is_over = quiet >= self._res.settings.vessels.silent_after_seconds
        return is_over and health.state is not FeedState.LIVE and vessels.expects_ships(self._res)

    async def _ledger(self) -> None:
        for queue in await jobs.queue_figures(self._res):
            _WAITING.labels(queue.queue).set(queue.queued)
            _OLDEST.labels(queue.queue).set(queue.oldest_seconds or 0.0)
            _DEAD.labels(queue.queue).set(queue.dead)
        _PAUSED.clear()
        for pause in await pauses.pauses(self._res):
            _PAUSED.labels(pause.name).set(pause.seconds)
        lags = await service.lags(self._res)
        for name, figure in _LAGS.items():
            figure.set(getattr(lags, name))
        _ALERTS.clear()
        for kind, count in (await service.alerts_by_kind(self._res)).items():
            _ALERTS.labels(kind).set(count)


FIGURES = Part("ops.figures", Figures)
