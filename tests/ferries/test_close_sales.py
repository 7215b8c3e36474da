"""Whether a sailing may still be sold: one question, asked alike in Python and in SQL."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from maritime_app.ferries.model import SailingStatus
from maritime_app.ferries.sailings.sales import SaleEnd, refusal, sale_end

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SCHEDULED, CLOSED = SailingStatus.SCHEDULED, SailingStatus.CLOSED
CANCELLED, DEPARTED = SailingStatus.CANCELLED, SailingStatus.DEPARTED


def test_it_works():
    assert end(SCHEDULED, minutes_left=31) is None
    assert end(SCHEDULED, minutes_left=30) is SaleEnd.CLOSED
    assert end(SCHEDULED, minutes_left=0) is SaleEnd.DEPARTED


@pytest.mark.parametrize("minutes_left", [-10, 10, 600])
def test_what_was_cancelled_or_has_departed_is_that_whatever_the_time(minutes_left):
    assert end(CANCELLED, minutes_left) is SaleEnd.CANCELLED
    assert end(DEPARTED, minutes_left) is SaleEnd.DEPARTED


def test_sales_closed_by_hand_are_closed_long_before():
    assert end(CLOSED, minutes_left=600) is SaleEnd.CLOSED


def test_every_end_has_words_and_a_code_of_its_own():
    assert len({refusal(end).code for end in SaleEnd}) == len(SaleEnd)
    assert len({refusal(end).message for end in SaleEnd}) == len(SaleEnd)


async def test_the_database_says_the_same(db):
    """Every status, every time left around the close and the departure."""
    async with db.transaction() as conn:
        now = await conn.fetchval("select now()")
        for status, left in itertools.product(SailingStatus, (-1, 0, 1, 29, 30, 31, 100)):
            leaves_at = now + timedelta(minutes=left)
            said = await conn.fetchval("select sale_ended($1, $2, 30)", status, leaves_at)
            close_at = leaves_at - timedelta(minutes=30)
            assert said == sale_end(status, leaves_at, close_at, now), (status, left)


def end(status, minutes_left):
    leaves_at = NOON + timedelta(minutes=minutes_left)
    return sale_end(status, leaves_at, leaves_at - timedelta(minutes=30), NOON)
