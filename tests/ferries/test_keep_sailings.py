"""Sailings and their price lists are kept in the process for a minute."""

import time
from uuid import uuid4

import pytest

from maritime_app.errors import NotFound
from maritime_app.ferries.sailings import catalogue
from tests.factories import a_sailing
from tests.rows import execute


@pytest.fixture
async def two(resources):
    """Two sailings that are sold by one price list."""
    out, later = await a_sailing(resources.db), await a_sailing(resources.db, days_ahead=30)
    await execute(
        resources,
        f"update sailing set fare_id = (select fare_id from sailing where id = '{out}')"
        f" where id = '{later}'",
    )
    return out, later


async def test_it_works(resources, two):
    """A price list is read once for all sailings that it sells."""
    kept = catalogue.of(resources)
    out, later = [await kept.sailing(sailing) for sailing in two]

    assert (out.id, later.id) == two
    assert out.fare is not None
    assert out.fare is later.fare
    assert await kept.sailing(two[0]) is out


async def test_a_minute_later_both_are_read_anew(resources, two, monkeypatch):
    kept = catalogue.of(resources)
    before = await kept.sailing(two[0])
    await execute(resources, "update fare set change_fee_minor = 700")
    in_a_minute = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: in_a_minute)

    after = [await kept.sailing(sailing) for sailing in two]

    assert before.fare is not None
    assert before.fare.change_fee_minor != 700
    assert [one.fare and one.fare.change_fee_minor for one in after] == [700, 700]


async def test_an_unknown_one_is_named(resources):
    missing = uuid4()
    with pytest.raises(NotFound, match=str(missing)):
        await catalogue.of(resources).sailing(missing)
