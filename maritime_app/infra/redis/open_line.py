"""From an address to a line that may be used: TLS, user, database, which kind of server it is."""

import asyncio
from typing import Final

import hiredis

from maritime_app.infra.redis.address import RedisAddress
from maritime_app.infra.redis.errors import RedisError, WrongServer
from maritime_app.infra.redis.line import Answer, Line
from maritime_app.infra.redis.login import auth, checked, connect, connect_socket
from maritime_app.infra.redis.sentinels import primary
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally

logger = log.get(__name__)
_CONNECT_SECONDS = 2.0
RECONNECT_PAUSE_SECONDS: Final = 0.25
_CLUSTER = (
    "this is a Redis Cluster, which cannot be used: name one server, or the Sentinels of a primary"
)
_SENTINEL = "this is a Sentinel: write redis+sentinel://host:port/name-of-the-primary"


async def open_line(address: RedisAddress, database: int) -> Line:
    """Return a line to the primary on which commands may be sent.

    Raise WrongServer for what can never serve us, RedisError for everything else.
    """
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            line = await _reach(address)
            try:
                await _introduce(line, address, database)
            except BaseException:
                line.abort()
                raise
    except WrongServer as error:
        log.sparingly(logger, "redis_wrong_server", error=error.reply)
        raise
    except (OSError, TimeoutError, hiredis.HiredisError, RedisError) as error:
        tally["redis_connect_failures"] += 1
        reply = error.reply if isinstance(error, RedisError) else str(error)
        log.sparingly(logger, "redis_unreachable", error=type(error).__name__)
        raise RedisError(reply) from error
    return line


async def _reach(address: RedisAddress) -> Line:
    if address.socket_path:
        return await connect_socket(address.socket_path)
    context = address.tls.context() if address.tls else None
    if not address.primary_name:
        return await connect(*address.nodes[0], context)
    return await connect(*await primary(address, context), context)


async def _introduce(line: Line, address: RedisAddress, database: int) -> None:
    """Say who we are and which database we mean; look at what kind of server answers."""
    commands = [*auth(address.login), ("HELLO", "2")]
    if database:  # where there is only one, asking for it may not be allowed
        commands.append(("SELECT", str(database)))
    answers = await asyncio.gather(*[line.send(command) for command in commands])
    hello = answers[len(commands) - (2 if database else 1)]
    server = _pairs(hello)  # nothing where this user may not say HELLO
    if server.get(b"mode") == b"cluster":
        raise WrongServer(_CLUSTER)
    if server.get(b"mode") == b"sentinel":
        raise WrongServer(_SENTINEL)
    if address.primary_name and server.get(b"role") not in (None, b"master"):
        raise RedisError("the Sentinels still name a server that is no primary any more")
    checked(answer for answer in answers if answer is not hello or str(hello).startswith("NOAUTH"))


def _pairs(flat: Answer) -> dict[bytes, Answer]:
    return dict(zip(flat[::2], flat[1::2], strict=True)) if isinstance(flat, list) else {}
