"""The keys of a command, where installations share a database and each has its prefix.

Positions as the commands' manuals have them (https://redis.io/docs/latest/commands/). Scripts name
their keys where EVAL counts them; a script that makes up a key of its own would escape its prefix.
"""

from collections.abc import Sequence
from typing import Final

from maritime_app.infra.redis.line import Argument

_KEYLESS: Final = frozenset({
    "PING", "ECHO", "INFO", "TIME", "CLIENT", "SCAN", "DBSIZE", "FLUSHDB", "FLUSHALL", "CONFIG",
})  # fmt: skip
_ALL_ARE_KEYS: Final = frozenset({"DEL", "UNLINK", "EXISTS", "MGET"})


def prefixed(prefix: str, args: Sequence[Argument]) -> Sequence[Argument]:
    """Return the command with the prefix before each of its keys, or its channel."""
    name = str(args[0]).upper()
    if name in _KEYLESS:
        return args
    if name in _ALL_ARE_KEYS:
        return [args[0], *(_with(prefix, key) for key in args[1:])]
    first, last = 1, 2
    if name in ("EVAL", "EVALSHA"):
        first, last = 3, 3 + int(args[2])
    elif name in ("XREAD", "XREADGROUP"):
        first = [str(word).upper() for word in args].index("STREAMS") + 1
        last = first + (len(args) - first) // 2
    keys = [_with(prefix, key) for key in args[first:last]]
    return [*args[:first], *keys, *args[last:]]


def _with(prefix: str, key: Argument) -> Argument:
    return prefix.encode() + key if isinstance(key, bytes) else f"{prefix}{key}"
