"""Cells at which nobody looks any more go when their forecasts are over: anybody may ask for the
weather at any place on earth.
"""

from datetime import timedelta

from maritime_app.outside_data import store
from maritime_app.weather import pulling
from maritime_app.weather.jobs import drop_old_cells


async def test_it_works(played):
    await pulling.pull(played, "37.9,23.6")
    await pulling.pull(played, "36.9,25.1")
    await age(played, "36.9,25.1", timedelta(days=8))

    assert await drop_old_cells(played) == "1 cells deleted"
    assert await cells(played) == ["37.9,23.6"]
    assert await drop_old_cells(played) == "0 cells deleted"


async def test_many_go_in_several_steps(played, monkeypatch):
    monkeypatch.setattr("maritime_app.outside_data.refresh._DROPPED_AT_ONCE", 2)
    for number in range(5):
        await pulling.pull(played, f"37.{number},23.6")
        await age(played, f"37.{number},23.6", timedelta(days=8))

    assert await drop_old_cells(played) == "5 cells deleted"


async def test_what_others_published_stays(played):
    await pulling.pull(played, "37.9,23.6")
    async with played.db.acquire() as conn:
        await conn.execute(
            "update outside_copy set source = 'portwatch', retrieved_at = '2020-01-01'"
        )
    assert await drop_old_cells(played) == "0 cells deleted"


async def age(played, cell, by):
    async with played.db.acquire() as conn:
        copy = await store.newest_copy(conn, pulling.source_of(played).name, cell)
        assert copy is not None
        await conn.execute(
            "update outside_copy set retrieved_at = retrieved_at - $2::interval where key = $1",
            cell,
            by,
        )


async def cells(played):
    async with played.db.acquire() as conn:
        return [row["key"] for row in await conn.fetch("select key from outside_copy")]
