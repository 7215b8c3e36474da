"""What Redis holds of ships; nothing else in the application knows its keys and formats.

vessels:last    hash    MMSI -> packed report (packed_report, 32 bytes)
vessels:static  hash    MMSI -> Particulars as MessagePack
vessels:delta   stream  one entry per batch: e epoch, t written at (ms), r packed reports,
                        s particulars, h feed health
vessels:feed    string  FeedHealth as JSON, gone 15 s after the consumer
vessels:at_sea  string  JSON list of ships under way for the home page
vessels:leader  string  who may consume (feed/lease)

Losing all of it costs nothing but the time until the ships have reported again.
Every function raises RedisError when Redis is away or refuses a command.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from enum import IntEnum
from typing import Any, Final

import msgspec
from msgspec import Struct

from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.vessels.model import FeedHealth, Particulars

LAST: Final = "vessels:last"
STATIC: Final = "vessels:static"
DELTA: Final = "vessels:delta"
FEED: Final = "vessels:feed"
UNDER_WAY: Final = "vessels:at_sea"
LEADER: Final = "vessels:leader"
_DELTA_ENTRIES = 1_000  # about 100 seconds of batches
_FEED_TTL_MS = 15_000
_UNDER_WAY_TTL_MS = 60_000
_SCAN_COUNT = 2_000
_to_msgpack = msgspec.msgpack.Encoder().encode
_particulars_decoder = msgspec.msgpack.Decoder(Particulars)
_statics_decoder = msgspec.msgpack.Decoder(list[tuple[int, Particulars]])
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


_under_way_decoder = msgspec.json.Decoder(list[VesselUnderWay])


class LeaseRenewal(IntEnum):
    """What came of renewing the lease; the numbers are those of the script below."""

    TAKEN_BY_ANOTHER = -1
    TAKEN_AGAIN = 0  # it had gone, as after a flush
    RENEWED = 1


# Compare and set in one step: a holder that was too slow must not prolong somebody else's lease.
_RENEW_LEASE = """
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) return 1 end
if holder then return -1 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0
"""
_RELEASE_LEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


class Delta(Struct, frozen=True):
    """One entry of the delta stream; `reports` is packed (packed_report.as_array)."""

    entry_id: bytes
    epoch: int
    written_ms: int
    reports: bytes = b""
    statics: list[tuple[int, Particulars]] = []
    health: FeedHealth | None = None


async def write_batch(
    redis: MultiplexedRedis,
    epoch: int,
    now_ms: int,
    reports: Sequence[tuple[int, bytes]],
    statics: Sequence[tuple[int, Particulars]],
) -> None:
    """Store the newest values by MMSI and append the delta for the maps, in one round trip."""
    commands: list[list[Any]] = []
    entry = _delta_entry(epoch, now_ms)
    if reports:
        commands.append(["HSET", LAST, *[part for pair in reports for part in pair]])
        entry += ["r", b"".join([packed for _, packed in reports])]
    if statics:
        packed_statics = [part for mmsi, known in statics for part in (mmsi, _to_msgpack(known))]
        commands.append(["HSET", STATIC, *packed_statics])
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


async def delete_vessels(redis: MultiplexedRedis, mmsis: Sequence[int]) -> None:
    """Delete the reports and particulars of these ships."""
    for start in range(0, len(mmsis), _SCAN_COUNT):
        part = mmsis[start : start + _SCAN_COUNT]
        await _pipeline(redis, [["HDEL", LAST, *part], ["HDEL", STATIC, *part]])


async def scan(redis: MultiplexedRedis, key: str) -> AsyncIterator[list[tuple[int, bytes]]]:
    """Yield all (MMSI, value) of the hash `LAST` or `STATIC`, some thousands at a time."""
    cursor = b"0"
    while True:
        cursor, flat = await redis.command("HSCAN", key, cursor, "COUNT", _SCAN_COUNT)
        yield [(int(flat[i]), flat[i + 1]) for i in range(0, len(flat), 2)]
        if cursor == b"0":
            return


def unpack_particulars(packed: bytes) -> Particulars:
    """Return static data read from `STATIC`; raise msgspec.DecodeError for anything else."""
    return _particulars_decoder.decode(packed)


async def packed_vessel(redis: MultiplexedRedis, mmsi: int) -> tuple[bytes | None, bytes | None]:
    """Return the packed report and the packed particulars of one ship."""
    report, known = await _pipeline(redis, [["HGET", LAST, mmsi], ["HGET", STATIC, mmsi]])
    return report, known


async def health(redis: MultiplexedRedis) -> FeedHealth:
    """Return the feed's health; OFF when no consumer has written it for 15 seconds."""
    packed = await redis.command("GET", FEED)
    if packed is None:
        return FeedHealth(reason="no process follows the feed")
    return _health_decoder.decode(packed)


async def vessels_under_way(redis: MultiplexedRedis) -> list[VesselUnderWay]:
    """Return the ships under way heard in the last minute, passenger ships first."""
    packed = await redis.command("GET", UNDER_WAY)
    return [] if packed is None else _under_way_decoder.decode(packed)


async def newest_entry(redis: MultiplexedRedis) -> bytes:
    """Return where the delta stream ends now: read it first, then the hashes, then follow it."""
    newest = await redis.command("XREVRANGE", DELTA, "+", "-", "COUNT", 1)
    return newest[0][0] if newest else b"0-0"


def deltas(entries: Iterable[tuple[bytes, Any]]) -> list[Delta]:
    """Return entries of the stream, as redis-py gives them (id and dict of fields), read back."""
    return [
        Delta(
            entry_id=entry_id,
            epoch=int(fields[b"e"]),
            written_ms=int(fields[b"t"]),
            reports=fields.get(b"r", b""),
            statics=_statics_decoder.decode(fields[b"s"]) if b"s" in fields else [],
            health=_health_decoder.decode(fields[b"h"]) if b"h" in fields else None,
        )
        for entry_id, fields in entries
    ]


async def claim_lease(redis: MultiplexedRedis, token: str, lease_ms: int) -> bool:
    """Take the right to consume if nobody has it; return whether `token` holds it now."""
    return await redis.command("SET", LEADER, token, "NX", "PX", lease_ms) is not None


async def renew_lease(redis: MultiplexedRedis, token: str, lease_ms: int) -> LeaseRenewal:
    """Prolong the lease of `token`, or take it again if nobody has it."""
    return LeaseRenewal(await redis.command("EVAL", _RENEW_LEASE, 1, LEADER, token, lease_ms))


async def release_lease(redis: MultiplexedRedis, token: str) -> None:
    """Give the lease up, unless another has it by now."""
    await redis.command("EVAL", _RELEASE_LEASE, 1, LEADER, token)


def _delta_entry(epoch: int, now_ms: int) -> list[Any]:
    return ["XADD", DELTA, "MAXLEN", "~", _DELTA_ENTRIES, "*", "e", epoch, "t", now_ms]


async def _pipeline(redis: MultiplexedRedis, commands: list[list[Any]]) -> list[Any]:
    answers = await redis.pipeline(commands)
    for answer in answers:
        if isinstance(answer, RedisError):
            raise answer
    return answers
