"""The first words on a line: a connection, who we are, and what the server says to that."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import hiredis

from maritime_app.infra.redis.address import Login
from maritime_app.infra.redis.errors import RedisError
from maritime_app.infra.redis.line import Answer, Line


async def connect(host: str, port: int, context: ssl.SSLContext | None) -> Line:
    """Return a line on which nothing was said; raise OSError when nobody answers."""
    loop = asyncio.get_running_loop()
    return await _opened(lambda line: loop.create_connection(line, host, port, ssl=context))


async def connect_socket(path: str) -> Line:
    """Return such a line to a socket of this machine; raise OSError when nobody answers."""
    loop = asyncio.get_running_loop()
    return await _opened(lambda line: loop.create_unix_connection(line, path))


async def _opened(opening: Callable[[Callable[[], Line]], Coroutine[Any, Any, Any]]) -> Line:
    """Return the line that was opened; one whose opener gives up meanwhile comes to its end.

    A loop that is cancelled here closes its transport and does not tell the protocol: the line
    would go on asking a closed transport whether anybody is there.
    """
    line = Line()
    try:
        await opening(lambda: line)
    except BaseException:
        line.abandon()
        raise
    return line


def auth(login: Login) -> list[tuple[str, ...]]:
    """Return the command that says who we are; none for the default user without a password."""
    if not login.password:
        return []
    return [("AUTH", *([login.username] if login.username else []), login.password)]


def checked(answers: Iterable[Answer]) -> list[Answer]:
    """Return the answers; raise RedisError for the first that is a refusal."""
    found = list(answers)
    for answer in found:
        if isinstance(answer, hiredis.ReplyError):
            raise RedisError(str(answer))
    return found
