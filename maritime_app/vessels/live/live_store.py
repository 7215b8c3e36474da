"""What Redis holds of ships; nothing else in the application knows its keys and formats.

vessels:last:<source>    hash    key -> packed report (packed_report)
vessels:static:<source>  hash    MMSI -> Known as MessagePack
vessels:delta   stream  one entry per batch: e epoch, t written at (ms), r packed reports,
                        s what is known, g keys gone, h feed health
vessels:feed    string  FeedHealth as JSON, gone 15 s after the consumer
vessels:inbox   stream  reports that jobs bring (feed/inbox)
vessels:at_sea  string  JSON list of ships under way for the home page
vessels:leader  string  who may consume (leader_lease)
vessels:epoch   string  of the last leader (leader_lease)

Each source has stores of its own: when it is switched off, nothing of it is read any more. Losing
all of it costs nothing but the time until the ships have reported again.
Every function raises RedisError when Redis is away or refuses a command.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.model import FeedHealth, Known, Source

DELTA: Final = "vessels:delta"
FEED: Final = "vessels:feed"
UNDER_WAY: Final = "vessels:at_sea"
_WITHOUT_SOURCE: Final = ("vessels:last", "vessels:static")  # stores of versions before this one
_DELTA_ENTRIES = 1_000  # about 100 seconds of batches
_FEED_TTL_MS = 15_000
_UNDER_WAY_TTL_MS = 60_000
_SCAN_COUNT = 2_000
_READ_BLOCK_MS = 1_000
_ENTRIES_PER_READ = 200
_to_msgpack = msgspec.msgpack.Encoder().encode
_known_decoder = msgspec.msgpack.Decoder(Known)
_statics_decoder = msgspec.msgpack.Decoder(list[tuple[int, Known]])
_health_decoder = msgspec.json.Decoder(FeedHealth)


class VesselUnderWay(Struct, frozen=True):
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
    source: Source | None = None  # not told by a follower of the release before: of none is shown


_under_way_decoder = msgspec.json.Decoder(list[VesselUnderWay])


class StoredReport(NamedTuple):
    """A packed report, where it comes from and under which key it is stored."""

    source: Source
    key: int
    packed: bytes


class Delta(Struct, frozen=True):
    """One entry of the delta stream.

    `reports` is packed (packed_report.as_array), `gone` are keys as little-endian u32.
    """

    entry_id: bytes
    epoch: int
    written_ms: int
    reports: bytes = b""
    statics: list[tuple[int, Known]] = []
    gone: bytes = b""
    health: FeedHealth | None = None


async def write_batch(
    redis: MultiplexedRedis,
    epoch: int,
    now_ms: int,
    reports: Sequence[StoredReport],
    statics: Sequence[tuple[int, Known]],
) -> None:
    """Store the newest values by source and append the delta for the maps, in one round trip."""
    commands: list[list[Any]] = []
    entry = _delta_entry(epoch, now_ms)
    if reports:
        by_source: dict[Source, list[Any]] = {}
        for source, key, packed in reports:
            by_source.setdefault(source, ["HSET", last_key(source)]).extend((key, packed))
        commands += by_source.values()
        entry += ["r", b"".join([report.packed for report in reports])]
    if statics:
        by_source = {}
        for mmsi, known in statics:
            store = by_source.setdefault(known.source, ["HSET", static_key(known.source)])
            store.extend((mmsi, _to_msgpack(known)))
        commands += by_source.values()
        entry += ["s", _to_msgpack(statics)]
    await _pipeline(redis, [*commands, entry])


async def write_health(
    redis: MultiplexedRedis,
    epoch: int,
    now_ms: int,
    *,
    health: FeedHealth,
    under_way: Sequence[VesselUnderWay],
) -> None:
    """Store the feed's state for everybody, and the strip of ships under way."""
    packed = msgspec.json.encode(health)
    await _pipeline(
        redis,
        [
            ["SET", FEED, packed, "PX", _FEED_TTL_MS],
            ["SET", UNDER_WAY, msgspec.json.encode(under_way), "PX", _UNDER_WAY_TTL_MS],
            [*_delta_entry(epoch, now_ms), "h", packed],
        ],
    )


async def delete_vessels(
    redis: MultiplexedRedis, epoch: int, now_ms: int, keys: Sequence[int]
) -> None:
    """Delete the reports and particulars of these stations, and tell the maps."""
    for start in range(0, len(keys), _SCAN_COUNT):
        part = keys[start : start + _SCAN_COUNT]
        stores = [key for source in Source for key in (last_key(source), static_key(source))]
        gone = b"".join([key.to_bytes(4, "little") for key in part])
        entry = [*_delta_entry(epoch, now_ms), "g", gone]
        await _pipeline(redis, [*(["HDEL", store, *part] for store in stores), entry])


async def drop_stores(redis: MultiplexedRedis, sources: Iterable[Source]) -> None:
    """Delete everything that these sources have brought."""
    keys = [key for source in sources for key in (last_key(source), static_key(source))]
    await redis.command("UNLINK", *_WITHOUT_SOURCE, *keys)


def last_key(source: Source) -> str:
    """Return the hash of the newest reports of one source."""
    return f"vessels:last:{source.code}"


def static_key(source: Source) -> str:
    """Return the hash of what one source knows beside the reports."""
    return f"vessels:static:{source.code}"


async def scan(redis: MultiplexedRedis, key: str) -> AsyncIterator[list[tuple[int, bytes]]]:
    """Yield all (key, value) of one source's hash, some thousands at a time."""
    cursor = b"0"
    while True:
        cursor, flat = await redis.command("HSCAN", key, cursor, "COUNT", _SCAN_COUNT)
        yield [(int(flat[i]), flat[i + 1]) for i in range(0, len(flat), 2)]
        if cursor == b"0":
            return


def unpack_known(packed: bytes) -> Known:
    """Return a value of a static hash; raise msgspec.DecodeError for anything else."""
    return _known_decoder.decode(packed)


async def packed_vessel(
    redis: MultiplexedRedis, mmsi: int, sources: Sequence[Source]
) -> tuple[list[bytes], list[bytes]]:
    """Return what these sources have of one number: packed reports, packed Known."""
    keys = packed_report.keys_of(mmsi)
    commands: list[list[Any]] = [["HMGET", last_key(source), *keys] for source in sources]
    commands += [["HMGET", static_key(source), mmsi] for source in sources]
    answers = await _pipeline(redis, commands)
    found = [[value for value in answer if value is not None] for answer in answers]
    count = len(sources)
    return list(chain(*found[:count])), list(chain(*found[count:]))


async def known_of(
    redis: MultiplexedRedis, source: Source, mmsis: Sequence[int]
) -> list[tuple[int, Known]]:
    """Return what one source knows of these ships, of those that it knows."""
    found: list[tuple[int, Known]] = []
    for start in range(0, len(mmsis), _SCAN_COUNT):
        part = mmsis[start : start + _SCAN_COUNT]
        packed = await redis.command("HMGET", static_key(source), *part)
        pairs = zip(part, packed, strict=True)
        found += [(mmsi, unpack_known(value)) for mmsi, value in pairs if value is not None]
    return found


async def health(redis: MultiplexedRedis) -> FeedHealth:
    """Return the feed's health; OFF when no consumer has written it for 15 seconds."""
    packed = await redis.command("GET", FEED)
    if packed is None:
        return FeedHealth(reason="no process follows the feed")
    return _health_decoder.decode(packed)


async def vessels_under_way(
    redis: MultiplexedRedis, sources: Sequence[Source]
) -> list[VesselUnderWay]:
    """Return the ships under way of these sources, heard in the last minute, passenger ships
    first.
    """
    packed = await redis.command("GET", UNDER_WAY)
    ships = [] if packed is None else _under_way_decoder.decode(packed)
    return [ship for ship in ships if ship.source in sources]


async def newest_entry(redis: MultiplexedRedis) -> bytes:
    """Return where the delta stream ends now: read it first, then the hashes, then follow it."""
    newest = await redis.command("XREVRANGE", DELTA, "+", "-", "COUNT", 1)
    return newest[0][0] if newest else b"0-0"


async def next_deltas(redis: MultiplexedRedis, after: bytes) -> list[Delta]:
    """Return what the stream has after that entry, after a second at most; nothing if there is
    nothing new. The line waits meanwhile: give it one of its own.
    """
    words = ("XREAD", "COUNT", _ENTRIES_PER_READ, "BLOCK", _READ_BLOCK_MS, "STREAMS", DELTA, after)
    return [_delta(*entry) for _, entries in await redis.command(*words) or () for entry in entries]


def _delta(entry_id: bytes, flat: Sequence[bytes]) -> Delta:
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    return Delta(
        entry_id=entry_id,
        epoch=int(fields[b"e"]),
        written_ms=int(fields[b"t"]),
        reports=fields.get(b"r", b""),
        statics=_statics_decoder.decode(fields[b"s"]) if b"s" in fields else [],
        gone=fields.get(b"g", b""),
        health=_health_decoder.decode(fields[b"h"]) if b"h" in fields else None,
    )


def _delta_entry(epoch: int, now_ms: int) -> list[Any]:
    return ["XADD", DELTA, "MAXLEN", "~", _DELTA_ENTRIES, "*", "e", epoch, "t", now_ms]


async def _pipeline(redis: MultiplexedRedis, commands: list[list[Any]]) -> list[Any]:
    answers = await redis.pipeline(commands)
    for answer in answers:
        if isinstance(answer, RedisError):
            raise answer
    return answers
