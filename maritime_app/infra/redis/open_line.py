"""From an address to a line that may be used: Sentinels asked, TLS, user, database, kind of server.

Sentinels: https://redis.io/docs/latest/develop/reference/sentinel-clients/ - ask one after another,
connect to what the first that knows says, and believe the server itself whether it is the primary.
"""

import asyncio
import ssl
from collections.abc import Iterable
from typing import Final

import hiredis

from maritime_app.infra import log
from maritime_app.infra.metrics import tally
from maritime_app.infra.redis.address import Login, RedisAddress
from maritime_app.infra.redis.errors import RedisError, WrongServer
from maritime_app.infra.redis.line import Answer, Line

logger = log.get(__name__)
_CONNECT_SECONDS = 2.0
_SENTINEL_SECONDS = 0.5
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
        loop = asyncio.get_running_loop()
        return (await loop.create_unix_connection(Line, address.socket_path))[1]
    context = address.tls.context() if address.tls else None
    if not address.primary_name:
        return await _connect(*address.nodes[0], context)
    return await _connect(*await _primary(address, context), context)


async def _connect(host: str, port: int, context: ssl.SSLContext | None) -> Line:
    loop = asyncio.get_running_loop()
    return (await loop.create_connection(Line, host, port, ssl=context))[1]


async def _primary(address: RedisAddress, context: ssl.SSLContext | None) -> tuple[str, int]:
    """Return where the primary is, as the first Sentinel that answers knows it."""
    for host, port in address.nodes:
        try:
            async with asyncio.timeout(_SENTINEL_SECONDS):
                line = await _connect(host, port, context)
                try:
                    _check([await line.send(args) for args in _auth(address.sentinel_login)])
                    words = "SENTINEL", "GET-MASTER-ADDR-BY-NAME", address.primary_name
                    [found] = _check([await line.send(words)])
                finally:
                    line.abort()
        except (OSError, TimeoutError, hiredis.HiredisError, RedisError):
            continue
        if found:
            return found[0].decode(), int(found[1])
    raise RedisError(f"no Sentinel answers, or none knows {address.primary_name}")


async def _introduce(line: Line, address: RedisAddress, database: int) -> None:
    """Say who we are and which database we mean; look at what kind of server answers."""
    commands = [*_auth(address.login), ("HELLO", "2")]
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
    _check(answer for answer in answers if answer is not hello or str(hello).startswith("NOAUTH"))


def _auth(login: Login) -> list[tuple[str, ...]]:
    if not login.password:
        return []
    return [("AUTH", *([login.username] if login.username else []), login.password)]


def _pairs(flat: Answer) -> dict[bytes, Answer]:
    return dict(zip(flat[::2], flat[1::2], strict=True)) if isinstance(flat, list) else {}


def _check(answers: Iterable[Answer]) -> list[Answer]:
    """Return the answers; raise RedisError for the first that is a refusal."""
    found = list(answers)
    for answer in found:
        if isinstance(answer, hiredis.ReplyError):
            raise RedisError(str(answer))
    return found
