"""What Redis holds of ships: names of keys and formats, and nothing else in the application knows
them.

vessels:last    hash    MMSI -> 32-byte record (records.py)
vessels:static  hash    MMSI -> Particulars as MessagePack
vessels:delta   stream  one entry per batch: e epoch, t written at (ms), r records | s statics | h
feed health
vessels:feed    string  FeedHealth as JSON, gone 15 s after the consumer
vessels:at_sea  string  JSON list for the home page
vessels:leader  string  who may consume (lease.py)

Losing all of it costs nothing but the time until the ships have reported again.
"""

from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec
from msgspec import Struct

from maritime_app.infra.redis import FastRedis
from maritime_app.vessels.model import FeedHealth, Particulars

LAST, STATIC, DELTA, FEED, AT_SEA, LEADER = (
    "vessels:last",
    "vessels:static",
    "vessels:delta",
    "vessels:feed",
    "vessels:at_sea",
    "vessels:leader",
)
_DELTA_ENTRIES = 1_000  # about 100 seconds of batches
_FEED_KEPT_MS = 15_000
_SCAN_COUNT = 2_000
_to_msgpack = msgspec.msgpack.Encoder().encode
_particulars_decoder = msgspec.msgpack.Decoder(Particulars)
_statics_decoder = msgspec.msgpack.Decoder(list[tuple[int, Particulars]])
_health_decoder = msgspec.json.Decoder(FeedHealth)


class AtSea(Struct, frozen=True):
    """One line of the home page's strip: a ship under way, as of its last report."""

    mmsi: int
    name: str
    group: str
    lat: float
    lon: float
    sog_knots: float
    cog_deg: float | None
    destination: str | None
    at_ms: int


_at_sea_decoder = msgspec.json.Decoder(list[AtSea])


class Delta(Struct, frozen=True):
    """One entry of the delta stream. `records` is packed (records.read)."""

    entry_id: bytes
    epoch: int
    written_ms: int
    records: bytes = b""
    statics: list[tuple[int, Particulars]] = []
    health: FeedHealth | None = None


async def write_batch(
    fast: FastRedis,
    epoch: int,
    now_ms: int,
    records: list[tuple[int, bytes]],
    statics: list[tuple[int, Particulars]],
) -> None:
    """Newest values and the delta for the maps, in one round trip.

    Raises Unavailable or ReplyError.
    """
    commands: list[list[Any]] = []
    entry: list[Any] = ["XADD", DELTA, "MAXLEN", "~", _DELTA_ENTRIES, "*", "e", epoch, "t", now_ms]
    if records:
        commands.append(["HSET", LAST, *[part for pair in records for part in pair]])
        entry += ["r", b"".join([record for _, record in records])]
    if statics:
        commands.append(
            [
                "HSET",
                STATIC,
                *[part for mmsi, told in statics for part in (mmsi, _to_msgpack(told))],
            ]
        )
        entry += ["s", _to_msgpack(statics)]
    await _all(fast, [*commands, entry])


async def write_health(
    fast: FastRedis, epoch: int, now_ms: int, *, health: FeedHealth, at_sea: list[AtSea]
) -> None:
    """The feed's state for everybody, and the strip of ships at sea."""
    told = msgspec.json.encode(health)
    await _all(
        fast,
        [
            ["SET", FEED, told, "PX", _FEED_KEPT_MS],
            ["SET", AT_SEA, msgspec.json.encode(at_sea), "PX", 60_000],
            ["XADD", DELTA, "MAXLEN", "~", _DELTA_ENTRIES, "*", "e", epoch, "t", now_ms, "h", told],
        ],
    )


async def forget(fast: FastRedis, mmsis: list[int]) -> None:
    """Drop ships that were not heard of for long."""
    for start in range(0, len(mmsis), _SCAN_COUNT):
        part = mmsis[start : start + _SCAN_COUNT]
        await _all(fast, [["HDEL", LAST, *part], ["HDEL", STATIC, *part]])


async def remembered(fast: FastRedis, key: str) -> AsyncIterator[list[tuple[int, bytes]]]:
    """All (MMSI, value) of the hash `LAST` or `STATIC`, in portions."""
    cursor = b"0"
    while True:
        cursor, flat = await fast.command("HSCAN", key, cursor, "COUNT", _SCAN_COUNT)
        yield [(int(flat[i]), flat[i + 1]) for i in range(0, len(flat), 2)]
        if cursor == b"0":
            return


def particulars(value: bytes) -> Particulars:
    """Static data as remembered. Raises msgspec.DecodeError for anything else."""
    return _particulars_decoder.decode(value)


async def one(fast: FastRedis, mmsi: int) -> tuple[bytes | None, bytes | None]:
    """(record, static data) of one ship, as packed bytes."""
    record, static = await _all(fast, [["HGET", LAST, mmsi], ["HGET", STATIC, mmsi]])
    return record, static


async def health(fast: FastRedis) -> FeedHealth:
    """The feed's state; OFF when no consumer has written for 15 seconds."""
    told = await fast.command("GET", FEED)
    return (
        FeedHealth(reason="no process follows the feed")
        if told is None
        else _health_decoder.decode(told)
    )


async def at_sea(fast: FastRedis) -> list[AtSea]:
    """Ships under way that the consumer heard in the last minute; empty when there is none."""
    told = await fast.command("GET", AT_SEA)
    return [] if told is None else _at_sea_decoder.decode(told)


async def newest_entry(fast: FastRedis) -> bytes:
    """Where the delta stream ends now: read the hashes after asking, then follow from here."""
    newest = await fast.command("XREVRANGE", DELTA, "+", "-", "COUNT", 1)
    return newest[0][0] if newest else b"0-0"


def deltas(entries: Iterable[tuple[bytes, Any]]) -> list[Delta]:
    """Entries of the stream (as redis-py returns them: id and dict of fields) read back."""
    return [
        Delta(
            entry_id,
            int(fields[b"e"]),
            int(fields[b"t"]),
            fields.get(b"r", b""),
            _statics_decoder.decode(fields[b"s"]) if b"s" in fields else [],
            _health_decoder.decode(fields[b"h"]) if b"h" in fields else None,
        )
        for entry_id, fields in entries
    ]


async def _all(fast: FastRedis, commands: list[list[Any]]) -> list[Any]:
    answers = await fast.pipeline(commands)
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers
