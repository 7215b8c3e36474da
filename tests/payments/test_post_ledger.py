"""Lines of the ledger: they add up to zero, and every movement has one name."""

from typing import Any
from uuid import UUID

import pytest

from maritime_app.payments import ledger, store

NOBODY: Any = None


@pytest.fixture
def written(monkeypatch):
    """What was written, instead of rows."""
    rows = []

    async def add(_conn, *row):
        rows.append(row)

    monkeypatch.setattr(store, "add_ledger", add)
    return rows


async def test_it_works(written):
    await ledger.move(NOBODY, UUID(int=1), ledger.STRIPE, ledger.BANK, 9100, "EUR", "payout")

    ((posted_id, accounts, amounts, currency, memo),) = written
    assert dict(zip(accounts, amounts, strict=True)) == {ledger.BANK: 9100, ledger.STRIPE: -9100}
    assert (posted_id, currency, memo) == (UUID(int=1), "EUR", "payout")


@pytest.mark.parametrize("lines", [[("a", 1)], [("a", 1), ("b", -2)], [("a", -1), ("b", 2)]])
async def test_what_does_not_add_up_is_not_written(written, lines):
    with pytest.raises(ValueError, match="add up to zero"):
        await ledger.post(NOBODY, UUID(int=1), lines, "EUR", "x")
    assert written == []


def test_a_movement_has_one_name_and_its_reversal_another():
    charge = ledger.transaction_id("ch_1")
    assert charge == ledger.transaction_id("ch_1") != ledger.transaction_id("ch_2")
    assert ledger.reversal_id(charge) == ledger.reversal_id(charge) != charge
    assert ledger.reversal_id(charge) != ledger.reversal_id(ledger.transaction_id("ch_2"))
