"""A machine whose clock is off: what its processes say is the database's time all the same."""

import asyncio
import time
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
    """The machine's clock an hour off; returns the true time."""
    true_ns, true = time.time_ns, time.time
    monkeypatch.setattr(time, "time_ns", lambda: true_ns() + int(request.param * 1e9))
    monkeypatch.setattr(time, "time", lambda: true() + request.param)
    return true


async def test_it_works(skewed, settings):
    async with open_resources(settings, domains.PARTS):
        await until_right(skewed)

        assert server_clock.OFFSET._value.get() == pytest.approx(skewed() - time.time(), abs=1)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
@pytest.mark.parametrize("answers", ["once", "never"])
async def test_a_clock_that_is_set_while_it_runs(monkeypatch, step, answers):
    """It is made good before the next measurement, and where none comes."""
    measured = asyncio.Event()
    offsets = iter([5.0 if answers == "once" else None])

    async def measure(_database):
        measured.set()
        return next(offsets, None)

    monkeypatch.setattr(server_clock, "_measure", measure)
    monkeypatch.setattr(server_clock, "_LOOK_SECONDS", 0.001)
    stop = asyncio.Event()
    following = asyncio.create_task(server_clock.follow(NO_DATABASE, stop))
    await measured.wait()
    await asyncio.sleep(0.01)
    before = clock.correction_seconds()
    assert before == (5.0 if answers == "once" else 0.0)

    true_ns, true = time.time_ns, time.time
    monkeypatch.setattr(time, "time_ns", lambda: true_ns() + int(step * 1e9))
    monkeypatch.setattr(time, "time", lambda: true() + step)
    async with asyncio.timeout(60):
        while abs(clock.correction_seconds() - before) < HOUR / 2:
            await asyncio.sleep(0.001)

    assert clock.epoch_ms() / 1_000 == pytest.approx(true() + before, abs=1)
    stop.set()
    await following


async def test_before_the_first_measurement_it_is_the_machines(skewed):
    assert abs(clock.epoch_ms() / 1_000 - skewed()) > HOUR - 10


async def test_a_process_begins_with_the_right_time(monkeypatch):
    """Also where the first answer was too slow to say much."""
    answers = [HOUR, None]
    monkeypatch.setattr(server_clock, "_measure", answering(answers.pop))

    await server_clock.begin(NO_DATABASE)

    assert (clock.correction_seconds(), answers) == (HOUR, [])


async def test_a_database_that_is_away_holds_up_no_start(monkeypatch):
    monkeypatch.setattr(server_clock, "_measure", answering(lambda: None))

    async with asyncio.timeout(60):
        await server_clock.begin(NO_DATABASE)

    assert clock.correction_seconds() == 0.0


def answering(answer):
    """What a measurement comes to, without a database."""

    async def measure(_database):
        return answer()

    return measure


async def test_a_token_of_a_skewed_process_is_good_elsewhere(skewed, settings, monkeypatch):
    async with open_resources(settings, domains.PARTS):
        await until_right(skewed)
        token = sign_dated(settings, "form", "visitor")
    clock.correct(0.0)
    monkeypatch.setattr(time, "time_ns", lambda: int(skewed() * 1e9))

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

    assert clock.correction_seconds() == 5.0


async def until_right(true):
    async with asyncio.timeout(60):
        while abs(clock.epoch_ms() / 1_000 - true()) > 1:
            await asyncio.sleep(0.01)
