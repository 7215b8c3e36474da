"""A batch of holds: what is made known of it and when, and what is left of a lost answer."""

import asyncio
import contextlib
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from maritime_app import clock
from maritime_app.bookings.holds import store
from maritime_app.bookings.holds.batch import HoldBatcher, HoldRequest
from maritime_app.bookings.holds.model import Held
from maritime_app.errors import Conflict
from maritime_app.infra.db import DatabaseAway
from maritime_app.infra.telemetry.metrics import tally

fake: Any = SimpleNamespace  # what has the fields that a batch asks for
_TURNS = 10  # of the loop, in which whatever does not wait has ended


class Cache:
    """What is told to be out of date."""

    def __init__(self):
        self.bumped = []
        self.may = asyncio.Event()
        self.may.set()
        self.broken = False

    async def bump(self, tags, changes):
        await self.may.wait()
        if self.broken:
            raise RuntimeError("away")
        self.bumped.append((list(tags), set(changes)))


@pytest.fixture
def cache():
    return Cache()


@pytest.fixture
def batcher(cache):
    @contextlib.asynccontextmanager
    async def acquire():
        yield None

    settings = fake(sailings=fake(sales_close_minutes=30))
    return HoldBatcher(fake(cache=cache, db=fake(acquire=acquire), settings=settings))


def asking(tag):
    leg = fake(sailing_id=uuid4())
    return HoldRequest(fake(id=uuid4(), legs=(leg,), is_full=tag == "full"), (tag,))


def held(rows):
    now = clock.now()
    return [Held(row.id, now, now, rows[0].id) for row in rows]


async def answered(_conn, rows, _close_minutes, _tags):
    short = [(row.legs[0].sailing_id, "passenger") for row in rows if row.is_full]
    return store.HoldOutcome(short) if short else store.HoldOutcome((), held(rows))


async def away(*_asked):
    raise DatabaseAway


async def turns():
    for _turn in range(_TURNS):
        await asyncio.sleep(0)


async def test_it_works(batcher, cache, monkeypatch):
    """Who has a hold is answered once its sailing's copies are known to be old, nobody else's."""
    monkeypatch.setattr(store, "hold_bookings", answered)
    before = tally["holds_accepted"], tally["holds_refused"]

    asked = [batcher.hold(asking(tag)) for tag in ("roomy", "full")]
    answers: list[Any] = await asyncio.gather(*asked, return_exceptions=True)

    roomy, full = answers
    assert isinstance(full, Conflict)
    assert cache.bumped == [(["roomy"], {roomy.change_id})]
    assert (tally["holds_accepted"], tally["holds_refused"]) == (before[0] + 1, before[1] + 1)


async def test_nobody_is_answered_before_the_copies_are_old(batcher, cache, monkeypatch):
    monkeypatch.setattr(store, "hold_bookings", answered)
    cache.may.clear()
    asked = asyncio.create_task(batcher.hold(asking("roomy")))
    await turns()
    assert not asked.done()
    cache.may.set()
    assert isinstance(await asked, Held)


async def test_what_was_written_before_the_answer_was_lost_is_found(batcher, cache, monkeypatch):
    async def found(_conn, ids):
        return held([fake(id=one) for one in ids])

    monkeypatch.setattr(store, "hold_bookings", away)
    monkeypatch.setattr(store, "held_bookings", found)
    before = tally["holds_found_after_a_lost_answer"]

    answer = await batcher.hold(asking("roomy"))

    assert cache.bumped == [(["roomy"], {answer.change_id})]
    assert tally["holds_found_after_a_lost_answer"] == before + 1


@pytest.mark.parametrize("broken", [False, True])
async def test_what_may_have_been_written_is_made_known_before_the_end(
    batcher, cache, monkeypatch, broken
):
    """It is carried out after the look, perhaps: its copies count as old, and the end waits."""

    async def none(_conn, _ids):
        return []

    monkeypatch.setattr(store, "hold_bookings", away)
    monkeypatch.setattr(store, "held_bookings", none)
    request, cache.broken = asking("roomy"), broken
    cache.may.clear()
    with pytest.raises(DatabaseAway):
        await batcher.hold(request)

    ending = asyncio.create_task(batcher.close())
    await turns()
    assert not ending.done()
    cache.may.set()
    await ending

    assert cache.bumped == ([] if broken else [(["roomy"], {request.row.id})])
    assert not batcher._bumping  # nothing is kept of what has ended


async def test_the_end_waits_for_what_is_being_held(batcher, cache, monkeypatch):
    may = asyncio.Event()

    async def slow(*asked):
        await may.wait()
        return await answered(*asked)

    monkeypatch.setattr(store, "hold_bookings", slow)
    asked = asyncio.create_task(batcher.hold(asking("roomy")))
    await turns()

    ending = asyncio.create_task(batcher.close())
    await turns()
    assert not ending.done()
    may.set()
    await ending

    assert isinstance(await asked, Held)
    assert len(cache.bumped) == 1
