"""Reports that jobs bring (second sources that are pulled), handed over a Redis stream.

A job runs in any process; the consumer, wherever it is, merges what it brings with everything else.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from maritime_app import clock
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.infra.telemetry import log
from maritime_app.vessels.feed.intake import PULLED_FRESH_MS
from maritime_app.vessels.feed.merged import MergedFeed
from maritime_app.vessels.model import Report, Source

logger = log.get(__name__)
INBOX: Final = "vessels:inbox"
REPORTS_PER_DELIVERY: Final = 5_000
_MAX_ENTRIES = 200
_READ_BLOCK_MS = 1_000
_PAUSE_SECONDS = 1.0
_REPORTS_BETWEEN_YIELDS = 500
_to_msgpack = msgspec.msgpack.Encoder().encode
_reports_decoder = msgspec.msgpack.Decoder(list[Report])


class Delivery(NamedTuple):
    """Reports that a job brought, for the consumer; `name` is the source's."""

    entry_id: bytes
    name: str
    source: Source
    reports: list[Report]


async def deliver(
    redis: MultiplexedRedis, name: str, source: Source, reports: Sequence[Report]
) -> None:
    """Hand reports to the consumer, whichever process that is.

    Raise RedisError when Redis is away: then the job is tried again.
    """
    for start in range(0, len(reports), REPORTS_PER_DELIVERY):
        part = _to_msgpack(reports[start : start + REPORTS_PER_DELIVERY])
        await redis.command(
            "XADD", INBOX, "MAXLEN", "~", _MAX_ENTRIES, "*", "n", name, "o", int(source), "r", part
        )


async def follow(redis: MultiplexedRedis, feed: MergedFeed, over: asyncio.Event) -> None:
    """Take in what jobs bring from now on, until `over`; while Redis is away, wait for it."""
    reading = redis.another()  # a line that waits for entries answers nobody else
    last_id: bytes | str = "$"
    pulled: set[str] = set()
    try:
        while not over.is_set():
            try:
                entries = await _entries_after(reading, last_id)
            except RedisError as error:
                log.sparingly(logger, "inbox_not_read", error=error.reply)
                await until(over, _PAUSE_SECONDS)
                continue
            for delivery in entries:
                last_id = delivery.entry_id
                pulled.add(delivery.name)
                await _take(feed, delivery)
            for name in pulled:
                feed.intakes[name].look_after_pulls()
    finally:
        await reading.close()


async def _entries_after(redis: MultiplexedRedis, last_id: bytes | str) -> list[Delivery]:
    """Return what is there after that entry, after a second at most."""
    answer = await redis.command("XREAD", "BLOCK", _READ_BLOCK_MS, "STREAMS", INBOX, last_id)
    return [_delivery(*entry) for _, entries in answer or () for entry in entries]


async def _take(feed: MergedFeed, delivery: Delivery) -> None:
    """Let others run between portions: 50,000 reports at once would hold the loop for a second."""
    intake = feed.intake(delivery.name, delivery.source)
    intake.fresh_ms = PULLED_FRESH_MS
    now_ms = clock.epoch_ms()
    for start in range(0, len(delivery.reports), _REPORTS_BETWEEN_YIELDS):
        intake.take_reports(delivery.reports[start : start + _REPORTS_BETWEEN_YIELDS], now_ms)
        await asyncio.sleep(0)


def _delivery(entry_id: bytes, flat: Sequence[bytes]) -> Delivery:
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    return Delivery(
        entry_id,
        fields[b"n"].decode(),
        Source(int(fields[b"o"])),
        _reports_decoder.decode(fields[b"r"]),
    )
