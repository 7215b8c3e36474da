"""Reports that jobs bring (second sources that are pulled), handed over a Redis stream.

A job runs in any process; the consumer, wherever it is, merges what it brings with everything else.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from maritime_app import clock
from maritime_app.infra import log
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.infra.waiting import until
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


async def follow(redis: Redis, feed: MergedFeed, over: asyncio.Event) -> None:
    """Take in what jobs bring from now on, until `over`; while Redis is away, wait for it."""
    last_id: bytes | str = "$"
    while not over.is_set():
        try:
            answer = await redis.xread({INBOX: last_id}, None, _READ_BLOCK_MS)
        except (RedisError, OSError) as error:
            logger.warning("inbox_not_read", error=type(error).__name__)
            await until(over, _PAUSE_SECONDS)
            continue
        for _, entries in answer or ():
            for delivery in _deliveries(entries):
                last_id = delivery.entry_id
                await _take(feed, delivery)


async def _take(feed: MergedFeed, delivery: Delivery) -> None:
    """Let others run between portions: 50,000 reports at once would hold the loop for a second."""
    intake = feed.intake(delivery.name, delivery.source)
    now_ms = clock.epoch_ms()
    for number, report in enumerate(delivery.reports, 1):
        intake.take_report(report, now_ms)
        if number % _REPORTS_BETWEEN_YIELDS == 0:
            await asyncio.sleep(0)


def _deliveries(entries: Iterable[tuple[bytes, Any]]) -> list[Delivery]:
    return [
        Delivery(
            entry_id,
            fields[b"n"].decode(),
            Source(int(fields[b"o"])),
            _reports_decoder.decode(fields[b"r"]),
        )
        for entry_id, fields in entries
    ]
