"""An operator's statement is read page by page, within bounds; an alert stays while one is open."""

from contextlib import asynccontextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from maritime_app.accounts import service as accounts
from maritime_app.bookings.reconciliation import service, statements, store
from maritime_app.bookings.reconciliation.model import DifferenceKind, SettleRequest
from maritime_app.ferries.operators import service as operators

fake: Any = SimpleNamespace  # what has the fields that a rule asks for


class Pages:
    """An operator that answers these pages; after which line each was asked for."""

    def __init__(self, *pages):
        self._pages, self.asked = list(pages), []

    def gateway(self, _code):
        return self

    async def statement(self, _day, after):
        self.asked.append(after)
        return self._pages.pop(0)


def page(*references, more):
    return fake(lines=[fake(reference=one) for one in references], more=more)


@pytest.mark.parametrize(
    ("pages", "asked", "read"),
    [
        ([page("a", "b", more=True), page("c", more=False)], ["", "b"], "abc"),
        ([page("a", more=True), page(more=True)], ["", "a"], "a"),
        ([page(more=False)], [""], ""),
        ([page(f"{n}", more=True) for n in range(3)], ["", "0", "1"], "012"),
    ],
)
async def test_it_works(monkeypatch, pages, asked, read):
    operator = Pages(*pages)
    monkeypatch.setattr(operators, "of", lambda _res: operator)
    monkeypatch.setattr(statements, "_MOST_PAGES", 3)
    nothing: Any = None

    lines = await statements._lines(nothing, "NDL", date(2027, 6, 1))

    assert (operator.asked, "".join(line.reference for line in lines)) == (asked, read)


@pytest.mark.parametrize("still_open", [["another"], []])
async def test_the_alert_ends_with_the_last_difference(monkeypatch, still_open):
    ended = []

    class Database:
        @asynccontextmanager
        async def transaction(self):
            yield None

    async def yes(*_any):
        return True

    async def left(*_any):
        return still_open

    async def end(_conn, kind, _subject):
        ended.append(kind)

    monkeypatch.setattr(store, "settle", yes)
    monkeypatch.setattr(store, "open_differences", left)
    monkeypatch.setattr(accounts, "audit", yes)
    monkeypatch.setattr(service, "settle_alert", end)
    asked = SettleRequest(next(iter(DifferenceKind)), "ch_1", "EUR", "Seen.")

    await service.settle(fake(db=Database()), UUID(int=1), asked)

    assert ended == [service._ALERT] * (not still_open)
