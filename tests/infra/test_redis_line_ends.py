"""A line that ends while commands are on it, or before anybody got it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import hiredis
import pytest
import uvloop

from maritime_app.infra.redis import MultiplexedRedis, RedisError, multiplexed
from maritime_app.infra.redis.errors import LineLost
from maritime_app.infra.redis.line import ANSWER_SECONDS, Line
from maritime_app.infra.redis.login import connect
from maritime_app.infra.redis.open_line import open_line


class HangingUp:
    """Says OK to everything, and hangs up on the commands of its list, once each."""

    def __init__(self) -> None:
        self.port = 0
        self.heard: list[bytes] = []
        self.hangs_up_on: list[bytes] = []

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        commands = hiredis.Reader()
        while data := await reader.read(65_536):
            commands.feed(data)
            while (words := commands.gets()) is not False:
                self.heard.append(words[0])
                if words[0] in self.hangs_up_on:
                    self.hangs_up_on.remove(words[0])
                    writer.transport.abort()
                    return
                writer.write(b"*0\r\n" if words[0] == b"HELLO" else b"+OK\r\n")
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[HangingUp]:
    made = HangingUp()
    listening = await asyncio.start_server(made.speak, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()


@pytest.fixture
async def redis(server: HangingUp) -> AsyncIterator[MultiplexedRedis]:
    made = MultiplexedRedis(f"redis://127.0.0.1:{server.port}")
    await made.command("PING")
    yield made
    await made.close()


async def test_it_works(redis, server):
    server.hangs_up_on = [b"GET"]

    assert await redis.command("GET", "ship") == b"OK"
    assert server.heard.count(b"GET") == 2


async def test_all_who_read_at_once_share_the_next_line(redis, server):
    server.hangs_up_on = [b"GET"]

    answers = await asyncio.gather(*(redis.command("GET", f"ship:{n}") for n in range(20)))

    assert answers == [b"OK"] * 20
    assert server.heard.count(b"HELLO") == 2


@pytest.mark.parametrize(
    "words", [("SET", "ship", "Nereid"), ("DEL", "ship"), ("EVAL", "return 1", 0)]
)
async def test_what_writes_may_not_arrive_twice(redis, server, words):
    server.hangs_up_on = [words[0].encode()]

    with pytest.raises(LineLost):
        await redis.command(*words)

    assert server.heard.count(words[0].encode()) == 1
    assert await redis.command(*words) == b"OK"


async def test_pipelines_that_only_read_are_sent_again_whole(redis, server):
    server.hangs_up_on = [b"PTTL"]

    assert await redis.pipeline([("GET", "ship"), ("PTTL", "ship")]) == [b"OK", b"OK"]
    assert server.heard.count(b"GET") == 2


async def test_pipelines_that_write_are_not(redis, server):
    server.hangs_up_on = [b"EXPIRE"]

    with pytest.raises(LineLost):
        await redis.pipeline([("GET", "ship"), ("EXPIRE", "ship", 5)])

    assert server.heard.count(b"EXPIRE") == 1


async def test_the_second_line_may_not_end_too(redis, server):
    server.hangs_up_on = [b"GET", b"GET"]

    with pytest.raises(LineLost):
        await redis.command("GET", "ship")


async def test_what_never_left_is_sent_whatever_it_is(server, monkeypatch):
    """Its line was opened, and lost before whoever waited for it came to use it."""
    opened: list[Line] = []

    async def once_lost(address, database):
        line = await open_line(address, database)
        opened.append(line)
        if len(opened) == 1:
            line.abandon()
        return line

    monkeypatch.setattr(multiplexed, "open_line", once_lost)
    redis = MultiplexedRedis(f"redis://127.0.0.1:{server.port}")

    assert await redis.command("SET", "ship", "Nereid") == b"OK"
    assert len(opened) == 2
    await redis.close()


async def test_silence_has_used_up_the_time_of_its_commands(redis, server):
    line = redis._line
    reading = line.send(("GET", "ship"))
    line._progress -= ANSWER_SECONDS + 1

    line._look()

    with pytest.raises(RedisError) as told:
        await reading
    assert not isinstance(told.value, LineLost)


async def test_time_in_which_we_stood_still_is_not_silence(redis, server):
    """A process that was stopped, or had no core, has answers before it that it has not read."""
    line = redis._line
    reading = line.send(("GET", "ship"))
    line._progress -= ANSWER_SECONDS + 1
    line._look_at -= ANSWER_SECONDS + 1

    line._look()

    assert await reading == b"OK"


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_an_opener_who_gives_up_leaves_no_line_behind(loop, monkeypatch):
    """Cancelled in the moment in which the connection stands: the loop closes the transport and
    tells nobody, and the line would have asked it for ever whether it is there.
    """
    opening: list[asyncio.Task[Line]] = []
    made: list[Line] = []
    begin = Line.connection_made

    def give_up(line, transport):
        begin(line, transport)
        made.append(line)
        opening[0].cancel()

    async def open_and_give_up():
        hung_up = asyncio.Event()

        async def speak(reader, writer):
            with contextlib.suppress(ConnectionError):
                await HangingUp().speak(reader, writer)
                await writer.wait_closed()
            hung_up.set()

        listening = await asyncio.start_server(speak, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        opening.append(asyncio.create_task(connect("127.0.0.1", port, None)))
        with pytest.raises(asyncio.CancelledError):
            await opening[0]
        lost, looks = made[0].lost, not made[0]._watch.cancelled()
        made[0].abandon()
        async with asyncio.timeout(20):
            await hung_up.wait()
        listening.close()
        return lost, looks

    monkeypatch.setattr(Line, "connection_made", give_up)
    with asyncio.Runner(loop_factory=loop) as runner:
        lost, looks = runner.run(open_and_give_up())

    assert lost
    assert not looks
