"""The lowest price of each day: kept by a job, shown as a strip, a month and JSON."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import AsyncMock

import pytest

from maritime_app import clock
from maritime_app.ferries.jobs import refresh_lowest_fares, refresh_party_fares
from maritime_app.ferries.lowest_fares import refreshing, service, store
from maritime_app.ferries.lowest_fares.model import StoredFare, by_day
from maritime_app.ferries.model import Party
from maritime_app.infra.db.errors import DatabaseAway
from maritime_app.money import Money
from tests.booked import drained
from tests.factories import a_sailing, an_ask, book

DAY = date(2026, 12, 1)
READ_AT = datetime(2026, 11, 26, tzinfo=UTC)


def stored(amount, currency="EUR", day=DAY, operator="Line"):
    """What one operator takes at least on a day; None: nothing is left."""
    return StoredFare(
        day=day,
        amount_minor=amount,
        currency=currency if amount is not None else None,
        sailings=0 if amount is None else 1,
        read_at=READ_AT,
        operator=operator,
    )


def test_it_works():
    found = by_day(
        [stored(4500), stored(3900, operator="Other"), stored(None, day=DAY.replace(day=2))]
    )

    assert [(each.price, each.sailings, each.operator) for each in found] == [
        (Money(3900, "EUR"), 2, "Other"),
        (None, 0, None),
    ]


def test_amounts_in_two_currencies_are_not_compared():
    days = [stored(4500, day=DAY + timedelta(days=number)) for number in range(3)]

    found = by_day([*days, stored(300, "SEK"), stored(200, "SEK", DAY + timedelta(days=9))])

    assert [each.price for each in found] == [Money(4500, "EUR")] * 3 + [Money(200, "SEK")]


def test_who_may_sail_for_less_and_was_not_asked_is_named():
    first, second = by_day(
        [stored(4500), stored(None, operator="Far"), stored(4500, day=DAY.replace(day=2))],
        remote=["Far", "Near"],
    )

    assert (first.not_asked, second.not_asked) == (("Near",), ("Far", "Near"))


@pytest.fixture
async def sailing(db):
    """The Aurora Borealis with one place left, in twenty days."""
    return await a_sailing(db, places=1)


async def days(client, day, **party):
    query = {"from": "NOOSL", "to": "DEKEL", "first": day, "days": 1, **party}
    async with client.get("/api/v1/ferries/lowest-fares", params=query) as answer:
        assert answer.status == 200, await answer.text()
        return (await answer.json())["days"]


async def day_of(db):
    sql = "select (departs_at at time zone 'Europe/Oslo')::date from sailing"
    async with db.acquire() as conn:
        return (await conn.fetchval(sql)).isoformat()


async def test_a_price_follows_what_is_left(client, db, sailing):
    day = await day_of(db)
    (before,) = await days(client, day)
    assert before["price"] == {"amount_minor": 4300 + 250, "currency": "EUR"}
    assert (before["sailings"], before["operator"]) == (1, "Northern Test Line")

    await book(client, an_ask(sailing, people=[{"given_name": "Bo", "family_name": "Berg"}]))
    (after,) = await days(client, day)
    assert (after["price"], after["sailings"]) == (None, 0)

    async with db.acquire() as conn:
        await conn.execute("update sailing set departs_at = departs_at - interval '9 days'")
    assert await days(client, day) == []  # it does not sail on that day any more


async def test_a_party_pays_for_all_of_it_where_all_have_room(client, db):
    await a_sailing(db, places=3)
    day = await day_of(db)

    (pair,) = await days(client, day, adults=2)
    assert pair["price"]["amount_minor"] == 2 * (4300 + 250)
    (too_many,) = await days(client, day, adults=4)
    assert (too_many["price"], too_many["sailings"]) == (None, 0)


async def test_search_engines_get_what_the_task_wrote(client, resources, db, sailing):
    day = await day_of(db)
    query = {"from": "NOOSL", "to": "DEKEL", "month": day[:7], "adults": 2}
    for offered in (False, True):
        async with client.get("/ferries/calendar", params=query) as answer:
            assert ("AggregateOffer" in await answer.text()) is offered
        await refresh_lowest_fares(resources)


async def test_the_strip_and_the_month_show_it(client, db):
    await a_sailing(db, places=3)
    day = await day_of(db)
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    query = {"from": "NOOSL", "to": "DEKEL", "date": before, "adults": 2}
    async with client.get("/ferries", params=query) as answer:
        strip = await answer.text()
    assert "<b>€91.00</b>" in " ".join(strip.split())
    assert f"/ferries/calendar?from=NOOSL&amp;to=DEKEL&amp;month={before[:7]}&amp;adults=2" in strip

    async with client.get("/ferries/calendar", params={**query, "month": day[:7]}) as answer:
        assert answer.status == 200
        month = await answer.text()
    assert f"/ferries?from=NOOSL&amp;to=DEKEL&amp;date={day}&amp;adults=2" in month
    assert "€91.00" in month
    assert "For 2 adults" in month


@pytest.mark.parametrize("month", ["2026-13", "soon", "2026-1"])
async def test_a_month_that_is_none_is_refused(client, sailing, month):
    query = {"from": "NOOSL", "to": "DEKEL", "month": month}
    async with client.get("/ferries/calendar", params=query) as answer:
        assert answer.status == 422


@pytest.mark.demo
async def test_remote_operators_are_asked_by_the_job_and_never_by_a_reader(played, monkeypatch):
    monkeypatch.setattr(refreshing, "_QUESTIONS", 3)
    done = await refresh_lowest_fares(played)

    assert "6 asked of operators" in done
    async with played.db.acquire() as conn:
        prices = await conn.fetch(
            "select f.* from lowest_fare f join operator o on o.id = f.operator_id"
            " where o.kind = 'remote'"
        )
    assert len(prices) == 6
    assert {row["day"] for row in prices} == {datetime.now(UTC).date()}  # near days first


@pytest.mark.demo
async def test_a_month_for_a_family_is_asked_for_by_a_task(played, monkeypatch):
    monkeypatch.setattr(refreshing, "_PARTY_QUESTIONS", 3)
    way, family = ("GRPIR", "GRHER"), Party(2, 1, 0)
    today = datetime.now(UTC).date()
    first, last = today, today + timedelta(days=1)
    unknown = await service.lowest_fares(played, way, first, last, family)
    assert all("Thalassa Ferries" in each.not_asked for each in unknown)

    for _twice in range(2):  # who looks again asks for nothing more
        await service.want(played, way, family)
    assert await refresh_party_fares(played) == "3 for parties"

    known = await service.lowest_fares(played, way, first, last, family)
    assert [each.not_asked for each in known] == [()] * 2
    async with played.db.acquire() as conn:
        await conn.execute("update party_way set wanted_at = now() - interval '2 days'")
    await refresh_lowest_fares(played)
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from party_fare") == 0


@pytest.fixture
def the_moment(monkeypatch):
    """A clock that stands at the beginning of a run's seconds, so that none end meanwhile."""
    moment = clock.now().replace(second=0, microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.mark.demo
@pytest.mark.usefixtures("the_moment")
async def test_however_many_parties_are_wanted_operators_are_asked_at_our_pace(played):
    """Each party had a task of its own: three hundred strangers, ten thousand questions at once."""
    for adults in range(1, 9):
        await service.want(played, ("GRPIR", "GRHER"), Party(adults, 0, 0))

    runs = await runs_of(played)
    assert len(runs) == 2
    assert runs[0] <= 0 < runs[1] <= 20


@pytest.mark.demo
@pytest.mark.usefixtures("the_moment")
async def test_what_a_run_leaves_is_asked_for_by_the_next_one(played, monkeypatch):
    await service.want(played, ("GRPIR", "GRHER"), Party(2, 0, 0))
    async with played.db.acquire() as conn:
        await conn.execute("delete from job_key where unique_key like 'party_fares:%'")
        await conn.execute("delete from job")

    monkeypatch.setattr(refreshing, "_PARTY_QUESTIONS", 34)
    assert await refresh_party_fares(played) == "34 for parties"
    assert len(await runs_of(played)) == 1
    assert await refresh_party_fares(played) == "1 for parties"
    assert len(await runs_of(played)) == 1  # that was all of it


async def runs_of(res) -> list[float]:
    """In how many seconds each run is due that is to ask for parties."""
    async with res.db.acquire() as conn:
        rows = await conn.fetch(
            "select extract(epoch from run_at - now())::float as seconds from job"
            " where task like '%party_fares' order by run_at"
        )
    return [row["seconds"] for row in rows]


@pytest.mark.demo
async def test_the_strip_says_who_may_take_less_and_has_them_asked(shop, played):
    """A fresh copy showed a strip without a price for half an hour."""
    day = (datetime.now(UTC) + timedelta(days=10)).date()
    query = {"from": "GRPIR", "to": "GRHER", "adults": 2}

    async with shop.get("/ferries", params={**query, "date": day.isoformat()}) as answer:
        before = " ".join((await answer.text()).split())
    assert "<b>≤ €91.00</b>" in before
    assert "<b>€87.00</b>" in before  # of the day itself, by the answers below
    assert "it is not known yet what Thalassa Ferries take for all of you" in before

    await drained(played)
    next_day = (day + timedelta(days=1)).isoformat()
    async with shop.get("/ferries", params={**query, "date": next_day}) as answer:
        after = " ".join((await answer.text()).split())
    assert "<b>€87.00</b>" in after
    assert "≤" not in after


async def test_a_search_stands_where_nothing_can_be_written(client, db, monkeypatch):
    await a_sailing(db)
    monkeypatch.setattr(store, "want", AsyncMock(side_effect=DatabaseAway()))
    query = {"from": "NOOSL", "to": "DEKEL", "month": (await day_of(db))[:7]}

    async with client.get("/ferries/calendar", params=query) as answer:
        assert answer.status == 200, await answer.text()


@pytest.mark.demo
async def test_so_many_parties_at_most_and_always_one_adult(played, monkeypatch):
    monkeypatch.setattr(service, "_MOST_PARTY_WAYS", 1)
    for adults in (2, 3, 1):
        await service.want(played, ("GRPIR", "GRHER"), Party(adults, 0, 0))

    async with played.db.acquire() as conn:
        wanted = await conn.fetch("select party from party_way order by party")
    assert [row["party"] for row in wanted] == ["1.0.0:", "2.0.0:"]


@pytest.mark.demo
async def test_the_way_that_one_adult_looks_at_is_asked_for_first(played, monkeypatch):
    """Its page says "a minute or two"; all ways in turn take hours."""
    monkeypatch.setattr(refreshing, "_PARTY_QUESTIONS", 3)
    way, today = ("GRPIR", "GRHER"), datetime.now(UTC).date()
    await service.want(played, way, Party(1, 0, 0))

    asked = [await refresh_party_fares(played) for _twice in range(2)]

    assert asked == ["3 for parties"] * 2
    found = await service.lowest_fares(played, way, today, today + timedelta(days=5))
    assert [each.not_asked for each in found] == [()] * 6
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from party_fare") == 0
