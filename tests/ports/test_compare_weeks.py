"""The newest week of port calls against the same ISO week of the year before."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from maritime_app.ports import service
from maritime_app.ports.daily_calls.anomaly import a_year_before, anomaly
from maritime_app.ports.daily_calls.model import Day
from maritime_app.vessels.model import Source
from tests.factories import a_port

SUNDAY = date(2026, 11, 22)  # of 2026-W47; a year before it ended on 23 November
HEADER = (
    "date,year,month,day,portid,portname,country,ISO3,portcalls_container,portcalls_dry_bulk,"
    "portcalls_general_cargo,portcalls_roro,portcalls_tanker,portcalls,import,export,ObjectId"
)


def a_day(day: date, calls: int | None) -> Day:
    return Day(day, calls, calls, 0, 0, 0, 0, 10.0, 20.0)


def days(last: date, *calls: int | None) -> list[Day]:
    """Days with these calls in order, the last one as given."""
    first = last - timedelta(days=len(calls) - 1)
    return [a_day(first + timedelta(days=number), each) for number, each in enumerate(calls)]


def test_it_works():
    """Hand-worked: 21 calls in the week, 14 a year before: 3.0 a day against 2.0, half as many
    again.
    """
    before = days(date(2025, 11, 23), 2, 2, 2, 2, 2, 2, 2)

    found = anomaly([*before, *days(SUNDAY, 0, 1, 2, 3, 4, 5, 6)])

    assert found is not None
    newest, then = found.newest, found.year_before
    assert (newest.week, newest.first_day, newest.last_day) == (
        "2026-W47",
        date(2026, 11, 16),
        SUNDAY,
    )
    assert (newest.days, newest.calls, newest.per_day) == (7, 21, 3.0)
    assert (then.week, then.calls, then.per_day) == ("2025-W47", 14, 2.0)
    assert (found.change_percent, found.missing_reason) == (50.0, None)


@pytest.mark.parametrize("more", range(7))
def test_a_week_counts_when_its_sunday_is_published(more):
    """Whatever day the newest one is, the week is the last that is whole."""
    newest = days(SUNDAY + timedelta(days=more), *[3] * (30 + more))

    found = anomaly(newest)

    assert found is not None
    assert (found.newest.week, found.newest.days) == ("2026-W47", 7)


def test_where_a_day_is_missing_there_is_no_percentage_and_the_days_are_told():
    whole = days(date(2025, 11, 23), *[2] * 7)
    gap = days(SUNDAY, 3, 3, None, 3, 3, 3, 3)

    found = anomaly([*whole, *gap])

    assert found is not None
    assert (found.change_percent, found.missing_reason) == (None, "days_missing")
    assert (found.newest.days, found.newest.calls, found.newest.per_day) == (6, 18, None)
    assert found.year_before.per_day == 2.0
    without_a_day = [*days(date(2025, 11, 22), *[2] * 6), *days(SUNDAY, *[3] * 7)]
    found = anomaly(without_a_day)
    assert found is not None
    assert (found.year_before.days, found.missing_reason) == (6, "days_missing")


@pytest.mark.parametrize(("calls", "percent"), [(9, None), (10, 0.0)])
def test_below_ten_calls_a_week_one_ship_more_is_no_anomaly(calls, percent):
    weeks = [0, 0, 0, 0, 0, 0, calls]

    found = anomaly([*days(date(2025, 11, 23), 0, 0, 0, 0, 0, 0, 10), *days(SUNDAY, *weeks)])

    assert found is not None
    assert found.change_percent == percent
    assert found.missing_reason == (None if percent is not None else "too_few_calls")


def test_a_year_without_calls_has_no_percentage():
    found = anomaly([*days(date(2025, 11, 23), *[0] * 7), *days(SUNDAY, *[3] * 7)])

    assert found is not None
    assert (found.change_percent, found.missing_reason) == (None, "too_few_calls")


def test_a_53rd_week_is_compared_with_the_one_52_weeks_before():
    """2026 has 53 weeks and 2025 has 52: the last one begins on 28 December, and a year before
    its days were those of the first week of 2026.
    """
    last = days(date(2027, 1, 3), *[4] * 7)
    before = days(date(2026, 1, 4), *[2] * 7)

    found = anomaly([*before, *last])

    assert found is not None
    assert (found.newest.week, found.year_before.week) == ("2026-W53", "2026-W01")
    assert found.year_before.first_day == date(2025, 12, 29)
    assert found.change_percent == 100.0


@pytest.mark.parametrize(
    ("monday", "before"),
    [
        (date(2027, 1, 4), date(2025, 12, 29)),  # W01 after a 53rd week: 53 weeks back
        (date(2026, 12, 21), date(2025, 12, 22)),  # W52
        (date(2020, 12, 28), date(2019, 12, 30)),  # 2020-W53
        (date(2021, 1, 4), date(2019, 12, 30)),  # 2021-W01
        (date(2024, 2, 26), date(2023, 2, 27)),  # with a 29th of February
    ],
)
def test_every_other_week_is_compared_with_the_one_of_its_number(monday, before):
    assert a_year_before(monday) == before


def test_weeks_53_weeks_apart_are_found_until_the_next_one_ends():
    """2027-W01 a day before the second week ends, among all days since the first of 2026-W01."""
    found = anomaly(days(date(2027, 1, 16), *[3] * 384))

    assert found is not None
    assert (found.newest.week, found.year_before.week) == ("2027-W01", "2026-W01")
    assert (found.year_before.days, found.change_percent) == (7, 0.0)


def test_there_is_no_week_among_too_few_days():
    assert anomaly([]) is None
    assert anomaly([a_day(date(2026, 11, 17), 3)]) is None  # a Tuesday: its week has not ended


def line(day: Day) -> str:
    at = day.day
    return (
        f"{at:%Y/%m/%d} 00:00:00+00,{at.year},{at.month},{at.day},port1114,Rotterdam,"
        f"The Netherlands,NLD,{day.port_calls},0,0,0,0,{day.port_calls},5.5,7.25,{at.toordinal()}"
    )


@pytest.fixture
async def rotterdam(resources, tmp_path):
    """Rotterdam with twelve calls a day, and eight the year before."""
    async with resources.db.transaction() as conn:
        port = a_port("NLRTM", "Rotterdam", 51.95, 4.05, "Europe/Amsterdam")
        await service.seed_ports(conn, [port])
    path = tmp_path / "daily.csv"
    known = [*days(date(2025, 11, 23), *[8] * 7), *days(SUNDAY, *[12] * 7)]
    path.write_text("\n".join([HEADER, *map(line, known)]) + "\n")
    await service.import_daily_calls(resources, path)


async def test_the_daily_calls_and_the_measures_of_a_port_have_it(client, rotterdam):
    async with client.get("/api/v1/ports/NLRTM/daily-calls") as answer:
        daily = (await answer.json())["anomaly"]
    async with client.get("/api/v1/ports/NLRTM/measures") as answer:
        assert "ETag" in answer.headers
        measured = (await answer.json())["anomaly"]
    assert (daily["change_percent"], daily["newest"]["per_day"]) == (50.0, 12.0)
    assert daily.items() <= measured.items()
    assert (measured["source"], measured["subject"]) == ("IMF PortWatch", "port1114")
    assert datetime.fromisoformat(measured["retrieved_at"]) <= datetime.now(UTC)
    async with client.get("/api/v1/ports/NLRTM/measures.csv") as answer:
        lines = list(csv.DictReader(io.StringIO(await answer.text("utf-8-sig"))))
    row = next(each for each in lines if each["measure"] == "anomaly")
    assert (row["change_percent"], row["official_value"], row["official_year_before"]) == (
        "50.0",
        "12.0",
        "8.0",
    )
    assert row["official_period"] == "2026-11-16/2026-11-22"


async def test_real_weeks_never_stand_beside_ships_that_are_invented(client, db, rotterdam):
    now = datetime.now(UTC)
    async with db.transaction() as conn:
        await conn.execute(
            "insert into port_call (id, mmsi, hypothesis, source, port_id, state, entered_at,"
            " last_at, stopped_at, anchored_seconds, berth_seconds, left_unseen)"
            " select gen_random_uuid(), 211000001, 0, $1, id, 'moored', $2, $2, $2, 0, 0, false"
            " from port where code = 'NLRTM'",
            int(Source.SIMULATED),
            now - timedelta(hours=1),
        )
    async with client.get("/api/v1/ports/NLRTM/measures") as answer:
        measured = await answer.json()
    assert (measured["invented"], measured["anomaly"]) == (True, None)


async def test_both_pages_say_it_in_words(client, rotterdam):
    for path in ("/ports/NLRTM/daily-calls", "/ports/NLRTM/calls"):
        async with client.get(path) as answer:
            page = await answer.text()
        assert "+50.0 %" in page
        assert "12.0 calls a day in 2026-W47, 8.0 in 2025-W47" in page


async def test_a_port_that_nobody_counts_has_none(client, db):
    async with db.transaction() as conn:
        await service.seed_ports(conn, [a_port("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin")])
    async with client.get("/api/v1/ports/DEKEL/measures") as answer:
        assert (await answer.json())["anomaly"] is None
    async with client.get("/ports/DEKEL/calls") as answer:
        assert 'id="anomaly"' not in await answer.text()
