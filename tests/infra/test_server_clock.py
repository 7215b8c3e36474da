"""A machine whose clock is off: what its processes say is the database's time all the same."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from maritime_app import clock, domains
from maritime_app.infra.db import Database, server_clock
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.workers import working
from maritime_app.resources import open_resources
from maritime_app.signing import sign_dated, verify_dated
from tests.ledger import until_state

HOUR = 3_600.0
NO_DATABASE: Any = None


@pytest.fixture(params=[HOUR, -HOUR], ids=["ahead", "behind"])
def skewed(request, monkeypatch):
    """A process begins where the machine's clock is an hour off; returns the true time."""
    true = time.time
    set_machine(monkeypatch, request.param)
    clock.correct(0.0)
    return true


async def test_it_works(skewed, settings):
    async with open_resources(settings, domains.PARTS):
        await until_right(skewed)

        assert server_clock.OFFSET._value.get() == pytest.approx(skewed() - time.time(), abs=1)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_clock_that_is_set_while_it_runs(monkeypatch, step):
    """It never shows, not for a moment: neither in what is written nor in what is judged by it."""
    clock.correct(5.0)
    before_ms, before = clock.epoch_ms(), clock.now()

    set_machine(monkeypatch, step)

    assert 0 <= clock.epoch_ms() - before_ms < 60_000
    assert timedelta() <= clock.now() - before < timedelta(minutes=1)
    assert clock.correction_seconds() == pytest.approx(5.0 - step, abs=1)


def test_a_token_of_a_moment_before_is_good(monkeypatch, settings):
    token = sign_dated(settings, "form", "visitor")

    set_machine(monkeypatch, -HOUR)

    assert verify_dated(settings, "form", "visitor", token, max_age_seconds=60)


async def test_the_server_is_asked_at_once_when_the_machine_is_set(monkeypatch):
    """It may be on the same machine, and then its clock was set, too."""
    asked: asyncio.Queue[None] = asyncio.Queue()

    async def measure(_database):
        asked.put_nowait(None)
        return 0.0

    monkeypatch.setattr(server_clock, "_measure", measure)
    monkeypatch.setattr(server_clock, "_LOOK_SECONDS", 0.001)
    stop = asyncio.Event()
    following = asyncio.create_task(server_clock.follow(NO_DATABASE, stop))
    async with asyncio.timeout(60):
        await asked.get()
        await asyncio.sleep(0.01)
        assert asked.empty()
        set_machine(monkeypatch, HOUR)
        await asked.get()

    stop.set()
    await following


def test_both_words_for_now_agree():
    """One is read in seconds, the other in nanoseconds: to the microsecond they are the same."""
    clock.correct(HOUR)
    first_ms, now, last_ms = clock.epoch_ms(), clock.now(), clock.epoch_ms()

    assert first_ms - 1 <= now.timestamp() * 1_000 <= last_ms + 1


async def test_before_the_first_measurement_it_is_the_machines(skewed):
    assert abs(clock.epoch_ms() / 1_000 - skewed()) > HOUR - 10


async def test_a_process_begins_with_the_right_time(monkeypatch):
    """Also where the first answer was too slow to say much."""
    answers = [HOUR, None]
    monkeypatch.setattr(server_clock, "_measure", answering(answers.pop))

    await server_clock.begin(NO_DATABASE)

    assert clock.correction_seconds() == pytest.approx(HOUR, abs=1)
    assert answers == []


async def test_a_database_that_is_away_holds_up_no_start(monkeypatch):
    monkeypatch.setattr(server_clock, "_measure", answering(lambda: None))

    async with asyncio.timeout(60):
        await server_clock.begin(NO_DATABASE)

    assert clock.correction_seconds() == pytest.approx(0.0, abs=1)


def answering(answer):
    """What a measurement comes to, without a database."""

    async def measure(_database):
        return answer()

    return measure


async def test_a_token_of_a_skewed_process_is_good_elsewhere(skewed, settings, monkeypatch):
    async with open_resources(settings, domains.PARTS):
        await until_right(skewed)
        token = sign_dated(settings, "form", "visitor")
    set_machine(monkeypatch, skewed() - time.time())
    clock.correct(0.0)

    assert verify_dated(settings, "form", "visitor", token, max_age_seconds=60)


async def test_a_job_of_a_skewed_process_starts_at_once(skewed, settings):
    async with (
        open_resources(settings, domains.PARTS) as res,
        working(res, domains.TASKS, []),
    ):
        async with res.db.transaction() as conn:
            job_id = await enqueue(conn, "bookings.expire_holds", {})
        async with asyncio.timeout(60):
            await until_state(res.db, job_id, "done")


async def test_without_a_database_the_last_measurement_holds():
    clock.correct(5.0)
    db = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing", 1)
    stop = asyncio.Event()
    following = asyncio.create_task(server_clock.follow(db, stop))
    await asyncio.sleep(0.2)
    stop.set()
    await following
    await db.close()

    assert clock.correction_seconds() == pytest.approx(5.0, abs=1)


def set_machine(monkeypatch, step):
    """Let somebody set the machine's clock by so many seconds."""
    before_ns, before = time.time_ns, time.time
    monkeypatch.setattr(time, "time_ns", lambda: before_ns() + int(step * 1e9))
    monkeypatch.setattr(time, "time", lambda: before() + step)


async def until_right(true):
    async with asyncio.timeout(60):
        while abs(clock.epoch_ms() / 1_000 - true()) > 1:
            await asyncio.sleep(0.01)
