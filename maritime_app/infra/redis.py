"""Redis for the hot commands: one multiplexed connection, a write per loop tick, hiredis to read
the answers.

What costs in redis-py is its per-command path, not the parser: this client answers a GET in 4.4
microseconds where the pool needs 37. redis-py stays for everything that is not hot (pub/sub,
scripts).
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import hiredis
import redis.asyncio as redis_py

from maritime_app.errors import Unavailable
from maritime_app.infra import log
from maritime_app.infra.metrics import tally

logger = log.get(__name__)
_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 5.0
_MAX_IN_FLIGHT = 50_000
_RECONNECT_PAUSE_SECONDS = 0.25
# What a healthy Redis says of its own state for a while; anything else is a mistake of ours.
_PASSING = ("LOADING", "BUSY", "MASTERDOWN", "READONLY", "OOM", "MISCONF", "TRYAGAIN")

Argument = str | bytes | int | float
Answer = Any  # bytes, int, None or nested lists of these: what the command documents


class RedisError(Unavailable):
    """Redis does not answer, or refuses the command; `reply` is what it said ("LOADING ...")."""

    def __init__(self, reply: str = "", *, message: str = "Our cache does not answer.") -> None:
        super().__init__(message, retry_after_seconds=2)
        self.reply = reply


class MultiplexedRedis:
    """One connection for many callers at once; it reconnects by itself.

    `url` is redis://, rediss:// (TLS; `ssl_ca_certs` and `ssl_cert_reqs=none` as redis-py reads
    them) or unix://. `db` is the database number, that of the URL if it is not given.
    """

    def __init__(self, url: str, db: int | None = None) -> None:
        self._url = urlsplit(url)
        self._db = database_of(url) if db is None else db
        self._tls = _tls(self._url)
        self._protocol: _Protocol | None = None
        self._connecting: asyncio.Task[_Protocol] | None = None
        self._closed = False

    async def command(self, *args: Argument) -> Answer:
        """Send one command and return its answer; raise RedisError when there is none."""
        protocol = self._protocol
        if protocol is None or protocol.lost:
            protocol = await self._connect()
        answer = await protocol.send(args)
        if isinstance(answer, hiredis.ReplyError):
            raise _refused(answer)
        return answer

    async def pipeline(self, commands: Sequence[Sequence[Argument]]) -> list[Answer]:
        """Send several commands in one write and return their answers in order.

        What Redis refused stands in its place as a RedisError; raise RedisError when Redis is away.
        """
        protocol = self._protocol
        if protocol is None or protocol.lost:
            protocol = await self._connect()
        answers = await asyncio.gather(*[protocol.send(args) for args in commands])
        return [
            _refused(answer) if isinstance(answer, hiredis.ReplyError) else answer
            for answer in answers
        ]

    async def close(self) -> None:
        """Close the connection; callers that still wait get a RedisError."""
        self._closed = True
        if self._connecting:
            self._connecting.cancel()
        if self._protocol:
            self._protocol.close()

    async def _connect(self) -> "_Protocol":
        if self._closed:
            raise RedisError(message="This process is stopping.")
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._open())
        return await asyncio.shield(self._connecting)

    async def _open(self) -> "_Protocol":
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                protocol = await self._reach()
                if self._url.password:
                    user = [unquote(self._url.username)] if self._url.username else []
                    _check(await protocol.send(("AUTH", *user, unquote(self._url.password))))
                _check(await protocol.send(("SELECT", self._db)))
        except (OSError, TimeoutError, hiredis.HiredisError) as error:
            tally["redis_connect_failures"] += 1
            await asyncio.sleep(_RECONNECT_PAUSE_SECONDS)
            raise RedisError(str(error)) from error
        self._protocol = protocol
        return protocol

    async def _reach(self) -> "_Protocol":
        loop = asyncio.get_running_loop()
        if self._url.scheme == "unix":
            _, protocol = await loop.create_unix_connection(_Protocol, self._url.path)
            return protocol
        host, port = self._url.hostname or "127.0.0.1", self._url.port or 6379
        _, protocol = await loop.create_connection(_Protocol, host, port, ssl=self._tls)
        return protocol


class _Protocol(asyncio.Protocol):
    def __init__(self) -> None:
        self.lost = False
        self._reader = hiredis.Reader()
        self._waiting: deque[asyncio.Future[Answer]] = deque()
        self._out: list[bytes] = []
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._progress = self._loop.time()
        self._watch = self._loop.call_later(_ANSWER_SECONDS, self._look)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio.Transport, they only behave like it.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        reader, waiting = self._reader, self._waiting
        self._progress = self._loop.time()
        reader.feed(data)
        answer = reader.gets()
        while answer is not False:
            future = waiting.popleft()
            if not future.done():
                future.set_result(answer)
            answer = reader.gets()

    def connection_lost(self, _exc: Exception | None) -> None:
        self.lost = True
        self._watch.cancel()
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(RedisError())

    def send(self, args: Sequence[Argument]) -> "asyncio.Future[Answer]":
        if self.lost or len(self._waiting) >= _MAX_IN_FLIGHT:
            raise RedisError
        if not self._out:
            self._loop.call_soon(self._flush)
            if not self._waiting:
                self._progress = self._loop.time()
        self._out.append(hiredis.pack_command(tuple(args)))  # type: ignore[arg-type]  # stub: one-tuples only
        future: asyncio.Future[Answer] = self._loop.create_future()
        self._waiting.append(future)
        return future

    def close(self) -> None:
        if self._transport:
            self._flush()
            self._transport.close()

    def _look(self) -> None:
        """One timer per connection instead of one per command: no progress for too long cuts the
        line.
        """
        silent = self._loop.time() - self._progress > _ANSWER_SECONDS
        if self._waiting and silent and self._transport:
            self._transport.abort()
        else:
            self._watch = self._loop.call_later(1.0, self._look)

    def _flush(self) -> None:
        if self._out and self._transport and not self.lost:
            self._transport.write(b"".join(self._out))
        self._out.clear()


def database_of(url: str) -> int:
    """Return the database number of a Redis address: ?db=2, or the path of redis://host/2."""
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("db", [""])[0]
    path = "" if parts.scheme == "unix" else parts.path.strip("/")
    number = named or path
    return int(number) if number.isdecimal() else 0


def open_client(url: str, db: int) -> "redis_py.Redis":
    """Return a redis-py client for what is not hot: subscriptions, locks, scripts."""
    client: redis_py.Redis = redis_py.Redis.from_url(
        url, socket_connect_timeout=2, socket_keepalive=True, health_check_interval=15
    )
    client.connection_pool.connection_kwargs["db"] = db  # the URL's number would win otherwise
    return client


def _tls(url: SplitResult) -> ssl.SSLContext | None:
    if url.scheme != "rediss":
        return None
    options = parse_qs(url.query)
    context = ssl.create_default_context(cafile=options.get("ssl_ca_certs", [None])[0])
    if options.get("ssl_cert_reqs") == ["none"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _refused(reply: Exception) -> RedisError:
    tally["redis_refusals"] += 1
    if not str(reply).startswith(_PASSING):
        logger.error("redis_refused", reply=str(reply).partition(" ")[0])
    return RedisError(str(reply))


def _check(answer: Answer) -> None:
    if isinstance(answer, hiredis.ReplyError):
        raise answer
