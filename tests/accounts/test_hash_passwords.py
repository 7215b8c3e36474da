"""Passwords are hashed a few at a time, and nobody else waits for that."""

import asyncio
import time

import pytest

from maritime_app.accounts import passwords
from maritime_app.accounts.passwords import HASHING, Hashing
from maritime_app.errors import Unavailable


async def test_it_works(resources):
    hashed = await passwords.hash_of(resources, "a long enough password")

    assert await passwords.matches(resources, hashed, "a long enough password")
    assert not await passwords.matches(resources, hashed, "another long password")
    assert not await passwords.matches(resources, None, "a long enough password")


async def test_two_at_a_time_in_threads_of_their_own():
    hashing, running, most = Hashing(), 0, 0

    def work(_value):
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.01)
        running -= 1
        return True

    await asyncio.gather(*(hashing.run(work, "x") for _ in range(12)))

    assert most == 2
    await hashing.close()


async def test_too_many_in_line_are_told_to_come_again(resources, monkeypatch):
    monkeypatch.setattr(passwords, "_MOST_WAITING", 3)
    tries = (passwords.matches(resources, None, "a guess") for _ in range(6))

    outcomes = await asyncio.gather(*tries, return_exceptions=True)

    assert [outcome for outcome in outcomes if outcome is False] == [False] * 3
    refused = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
    assert [one.retry_after_seconds for one in refused] == [2] * 3
    assert await passwords.matches(resources, None, "later") is False
    assert resources[HASHING]._waiting == 0


async def test_pdfs_and_files_do_not_wait_for_passwords(resources):
    """The default threads, which everything else uses, stay free."""
    guesses = [
        asyncio.create_task(passwords.matches(resources, None, f"guess {n}")) for n in range(40)
    ]
    await asyncio.sleep(0)

    await asyncio.wait_for(asyncio.to_thread(lambda: None), 0.5)

    assert not all(guess.done() for guess in guesses)
    for guess in guesses:
        guess.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.gather(*guesses)
