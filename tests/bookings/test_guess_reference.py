"""Looking a booking up by guessing tells nothing: not which references there are, by words or by
time.
"""

import asyncio

import pytest

from maritime_app.bookings import service
from maritime_app.bookings.model import Proof
from maritime_app.errors import NotFound
from maritime_app.infra.processes import waiting
from tests.factories import a_sailing, an_ask, book


@pytest.fixture
def waited(monkeypatch):
    """For how long refusals were held back, without the waiting."""
    held = []

    async def until_past(_began, seconds):
        held.append(seconds)

    monkeypatch.setattr(waiting, "until_past", until_past)
    return held


async def test_it_works(client, resources, waited):
    """Unknown, misspelt and known with another surname are one answer."""
    booking = await book(client, an_ask(await a_sailing(resources.db)))
    words = set()

    for reference in ("AAAA2222", "x", booking["reference"]):
        with pytest.raises(NotFound) as refused:
            await service.by_reference(resources, reference, Proof(surname="Guess"))
        words.add(refused.value.message)

    assert len(words) == 1
    assert len(waited) == 3
    assert len(set(waited)) == 1


async def test_whoever_knows_it_does_not_wait(client, resources, waited):
    booking = await book(client, an_ask(await a_sailing(resources.db)))

    found = await service.by_reference(resources, booking["reference"], Proof(surname="lund"))

    assert found.reference == booking["reference"]
    assert waited == []


async def test_a_refusal_is_held_back_until_its_time():
    """From the beginning of the work, not from its end."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    await waiting.until_past(began, 0.02)
    await waiting.until_past(began, 0.01)  # past already: it does not wait

    assert loop.time() >= began + 0.02
