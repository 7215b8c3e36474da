"""One line for many callers at once; it is made anew by itself."""

import asyncio
import time
from collections.abc import Sequence

import hiredis

from maritime_app.infra.redis.address import RedisAddress
from maritime_app.infra.redis.errors import LineLost, RedisError
from maritime_app.infra.redis.line import ANSWER_SECONDS, Answer, Argument, Line
from maritime_app.infra.redis.open_line import RECONNECT_PAUSE_SECONDS, open_line
from maritime_app.infra.redis.prefixes import prefixed
from maritime_app.infra.redis.repeats import is_repeatable
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally

logger = log.get(__name__)
# What a healthy Redis says of its own state for a while; anything else is a mistake of ours.
_PASSING = ("LOADING", "BUSY", "MASTERDOWN", "READONLY", "OOM", "MISCONF", "TRYAGAIN")


class MultiplexedRedis:
    """One connection for many callers at once.

    `address` is a URL or a parsed one (see `address`), `database` that of the address if it is not
    given. `prefix` stands before every key.
    """

    def __init__(
        self, address: RedisAddress | str, database: int | None = None, *, prefix: str = ""
    ) -> None:
        self.address = RedisAddress.parse(address) if isinstance(address, str) else address
        self.database = self.address.database if database is None else database
        self.prefix = prefix
        self._line: Line | None = None
        self._connecting: asyncio.Task[Line] | None = None
        self._closed = False

    async def command(self, *args: Argument) -> Answer:
        """Send one command and return its answer; raise RedisError when there is none.

        One whose line ended is sent again over the next, as far as that is safe.
        """
        began = time.monotonic()
        words = prefixed(self.prefix, args) if self.prefix else args
        try:
            line = self._line
            if line is None or line.lost:
                line = await self._connect()
            answer = await line.send(words)
        except LineLost as lost:
            line, [answer] = await self._again(lost, [words], began)
        if isinstance(answer, hiredis.ReplyError):
            raise self._refused(line, answer)
        return answer

    async def pipeline(self, commands: Sequence[Sequence[Argument]]) -> list[Answer]:
        """Send several commands in one write and return their answers in order.

        What Redis refused stands in its place as a RedisError; raise RedisError when Redis is away.
        """
        began = time.monotonic()
        if self.prefix:
            commands = [prefixed(self.prefix, args) for args in commands]
        try:
            line = await self._usable()
            answers = await _sent(line, commands)
        except LineLost as lost:
            line, answers = await self._again(lost, commands, began)
        return [
            self._refused(line, answer) if isinstance(answer, hiredis.ReplyError) else answer
            for answer in answers
        ]

    async def _again(
        self, lost: LineLost, commands: Sequence[Sequence[Argument]], began: float
    ) -> tuple[Line, list[Answer]]:
        """Send commands over the next line, once, within the time that their answers have; raise
        `lost` when they may have been carried out and must not be twice.
        """
        if lost.sent and not all(map(is_repeatable, commands)):
            raise lost
        try:
            async with asyncio.timeout(began + ANSWER_SECONDS - time.monotonic()):
                line = await self._usable()
                return line, await _sent(line, commands)
        except TimeoutError as error:
            raise lost from error

    def name(self, key: str) -> str:
        """Return a key or channel as Redis knows it: for scripts, and for other clients."""
        return self.prefix + key

    def another(self) -> "MultiplexedRedis":
        """Return a line of its own to the same place, for commands that wait (XREAD BLOCK)."""
        return MultiplexedRedis(self.address, self.database, prefix=self.prefix)

    async def close(self) -> None:
        """Close the connection; callers that still wait get a RedisError."""
        self._closed = True
        if self._connecting:
            self._connecting.cancel()
        if self._line:
            self._line.close()

    async def _usable(self) -> Line:
        line = self._line
        return await self._connect() if line is None or line.lost else line

    async def _connect(self) -> Line:
        if self._closed:
            raise RedisError(message="This process is stopping.")
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._open())
        return await asyncio.shield(self._connecting)

    async def _open(self) -> Line:
        try:
            line = await open_line(self.address, self.database)
        except RedisError:
            # Whoever comes meanwhile shares this failure instead of knocking again at once.
            await asyncio.sleep(RECONNECT_PAUSE_SECONDS)
            raise
        self._line = line
        return line

    def _refused(self, line: Line, reply: Exception) -> RedisError:
        tally["redis_refusals"] += 1
        words = str(reply)
        if words.startswith("READONLY"):
            line.abort()  # it was the primary once: the next command looks for the present one
        if not words.startswith(_PASSING):
            logger.error("redis_refused", reply=words.partition(" ")[0])
        return RedisError(words)


async def _sent(line: Line, commands: Sequence[Sequence[Argument]]) -> list[Answer]:
    return await asyncio.gather(*[line.send(args) for args in commands])
