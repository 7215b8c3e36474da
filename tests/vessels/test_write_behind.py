"""Events wait until they are stored: changed ones once, those changed meanwhile again."""

from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels.events.write_behind import WriteBehind

FIRST, SECOND = UUID(int=1), UUID(int=2)


class Ledger:
    """A database that takes rows; `meanwhile` happens while it does."""

    def __init__(self):
        self.rows, self.meanwhile, self.is_away = [], lambda: None, False

    @asynccontextmanager
    async def acquire(self):
        if self.is_away:
            raise OSError("away")
        yield self

    async def store(self, _conn, rows):
        self.meanwhile()
        self.rows.append(rows)


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def waiting(ledger):
    return WriteBehind("trials", str, ledger.store, most=2)


async def test_it_works(waiting, ledger):
    waiting.note(FIRST, 10)
    waiting.note(SECOND, 20)
    waiting.note(FIRST, 11)
    await waiting.write(ledger)
    await waiting.write(ledger)
    assert ledger.rows == [["11", "20"]]
    assert waiting.events == []


async def test_what_changes_while_it_is_written_is_written_again(waiting, ledger):
    waiting.note(FIRST, 10)
    ledger.meanwhile = lambda: waiting.note(FIRST, 12)
    await waiting.write(ledger)
    assert waiting.events == [12]
    ledger.meanwhile = lambda: None
    await waiting.write(ledger)
    assert ledger.rows == [["10"], ["12"]]


async def test_a_database_that_is_away_loses_nothing(waiting, ledger):
    waiting.note(FIRST, 10)
    ledger.is_away = True
    with pytest.raises(OSError, match="away"):
        await waiting.write(ledger)
    assert waiting.events == [10]


async def test_too_many_are_lost_and_counted(waiting):
    before = tally["vessels_trials_lost"]
    assert waiting.note(FIRST, 1)
    assert waiting.note(SECOND, 2)
    assert not waiting.note(UUID(int=3), 3)
    assert tally["vessels_trials_lost"] == before + 1
