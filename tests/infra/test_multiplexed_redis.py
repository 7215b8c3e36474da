"""One connection for many callers: answers in order, errors to their callers, back after a cut."""

import asyncio

import pytest

from maritime_app.errors import Unavailable
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.redis import MultiplexedRedis, RedisError


@pytest.fixture
async def fast(redis_server):
    made = MultiplexedRedis(redis_server, 2)
    await made.command("FLUSHDB")
    yield made
    await made.close()


async def test_it_works(fast):
    assert await fast.command("SET", "ship", "Nereid") == b"OK"
    assert await fast.command("GET", "ship") == b"Nereid"
    assert await fast.command("GET", "nothing") is None
    assert await fast.command("RPUSH", "list", "a", b"b", 3, 0.5) == 4
    assert await fast.command("LRANGE", "list", 0, -1) == [b"a", b"b", b"3", b"0.5"]


async def test_many_at_once_each_get_their_own_answer(fast):
    await asyncio.gather(*(fast.command("SET", f"n:{number}", number) for number in range(2000)))

    found = await asyncio.gather(*(fast.command("GET", f"n:{number}") for number in range(2000)))

    assert found == [str(number).encode() for number in range(2000)]


async def test_all_callers_share_one_connection(fast):
    ids = await asyncio.gather(*(fast.command("CLIENT", "ID") for _ in range(50)))

    assert len(set(ids)) == 1


async def test_callers_who_come_while_it_connects_share_it_too(redis_server):
    fresh = MultiplexedRedis(redis_server)

    ids = await asyncio.gather(*(fresh.command("CLIENT", "ID") for _ in range(20)))
    await fresh.close()

    assert len(set(ids)) == 1


async def test_an_error_goes_to_the_one_who_caused_it(fast):
    await fast.command("SET", "ship", "Nereid")

    answers = await asyncio.gather(
        fast.command("GET", "ship"),
        fast.command("INCR", "ship"),
        fast.command("GET", "ship"),
        return_exceptions=True,
    )

    assert (answers[0], answers[2]) == (b"Nereid", b"Nereid")
    assert isinstance(answers[1], RedisError)


async def test_a_pipeline_hands_errors_back_in_their_place(fast):
    stored, refused, read = await fast.pipeline([("SET", "a", "x"), ("INCR", "a"), ("GET", "a")])

    assert (stored, read) == (b"OK", b"x")
    assert isinstance(refused, RedisError)


async def test_large_values_survive(fast):
    large = bytes(range(256)) * 8192

    await fast.command("SET", "large", large)

    assert await fast.command("GET", "large") == large


async def test_who_gives_up_does_not_shift_the_answers(fast):
    """His answer still comes and must be thrown away, not given to the next."""
    waiting = asyncio.create_task(fast.command("BLPOP", "never", "0.05"))
    await asyncio.sleep(0)
    following = asyncio.create_task(fast.command("ECHO", "mine"))
    await asyncio.sleep(0)
    waiting.cancel()

    assert await following == b"mine"
    assert await fast.command("ECHO", "still mine") == b"still mine"


async def test_it_comes_back_after_the_server_closed_the_line(fast):
    before = await fast.command("CLIENT", "ID")
    other = MultiplexedRedis(fast.address)
    await other.command("CLIENT", "KILL", "ID", before)

    async with asyncio.timeout(60):
        while (after := await answer(fast, "CLIENT", "ID")) in (before, None):
            await asyncio.sleep(0.005)

    await other.close()
    assert (
        await fast.command("SET", "back", "again") == b"OK"
    )  # in its own database, not in number 0
    assert b"db=2" in await fast.command("CLIENT", "LIST", "ID", after)


async def test_who_waits_when_the_line_is_cut_is_told(fast):
    mine = await fast.command("CLIENT", "ID")
    waiting = asyncio.create_task(fast.command("BLPOP", "never", 0))
    await asyncio.sleep(0)
    other = MultiplexedRedis(fast.address)
    await other.command("CLIENT", "KILL", "ID", mine)
    await other.close()

    with pytest.raises(Unavailable, match="does not answer"):
        await waiting


async def test_a_server_that_is_away_says_so():
    away = MultiplexedRedis(f"redis://127.0.0.1:{free_port()}")

    with pytest.raises(Unavailable) as refused:
        await away.command("PING")
    with pytest.raises(Unavailable):
        await away.pipeline([("PING",)])
    await away.close()

    assert refused.value.retry_after_seconds


async def test_a_wrong_password_is_an_answer_to_everybody(redis_server):
    wrong = MultiplexedRedis(redis_server.replace("redis://", "redis://:wrong@"))

    with pytest.raises(Unavailable):
        await wrong.command("PING")
    await wrong.close()


async def test_a_closed_one_says_so(redis_server):
    closed = MultiplexedRedis(redis_server)
    await closed.close()

    with pytest.raises(Unavailable, match="stopping"):
        await closed.command("PING")


async def answer(fast, *command):
    """None while the line is down."""
    try:
        return await fast.command(*command)
    except Unavailable:
        return None
