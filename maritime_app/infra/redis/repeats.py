"""Which commands may be sent again when nobody knows whether they were carried out.

Only those that read: a SET or DEL that arrives twice may undo what somebody wrote in between, and
a script takes twice. GETEX sets the same lifetime again. Those that wait (XREAD, BLPOP) have
callers who want to hear that their line ended.
"""

from collections.abc import Sequence
from typing import Final

from maritime_app.infra.redis.line import Argument

_READS: Final = frozenset({
    "GET", "MGET", "GETEX", "EXISTS", "TTL", "PTTL", "HGET", "HMGET", "HGETALL", "HSCAN",
    "ZCARD", "ZSCORE", "ZRANGE", "ZREVRANGE", "LLEN", "LRANGE", "XRANGE", "XREVRANGE", "PING",
})  # fmt: skip


def is_repeatable(args: Sequence[Argument]) -> bool:
    """Return whether a command does the same when it is carried out twice."""
    return str(args[0]).upper() in _READS
