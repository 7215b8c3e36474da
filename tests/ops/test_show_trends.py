"""Charts of the dashboard: how long jobs waited, what was booked, what is sold of days to come."""

from datetime import date, timedelta

from maritime_app import clock
from maritime_app.jobs.outbox import enqueue
from maritime_app.ops.trends import views
from maritime_app.ops.trends.model import BookedDay, SoldDay, Trends, Wait
from maritime_app.ops.trends.service import TRENDS
from tests import signed_in
from tests.factories import ADA, BO, a_sailing, an_ask, book

DAY = date(2026, 7, 1)


def some(waits=(), booked=(), sold=(), read_at=None):
    """Figures as they are read."""
    return Trends(read_at or clock.now(), list(waits), list(booked), list(sold))


async def test_it_works(client, resources):
    sailing = await a_sailing(resources.db, places=8, days_ahead=5)
    await book(client, an_ask(sailing, people=[ADA, BO]))
    async with resources.db.transaction() as conn:
        job = await enqueue(conn, "ops.tidy_up")
        await conn.execute(
            "update job set state = 'done', finished_at = now(),"
            " run_at = now() - interval '90 seconds', started_at = now() where id = $1",
            job,
        )

    found = await resources[TRENDS].now()

    assert [(wait.queue, round(wait.longest_seconds), wait.jobs) for wait in found.waits] == [
        ("data", 90, 1)
    ]
    assert [(one.made, one.paid) for one in found.booked] == [(1, 0)]
    assert [(one.sailings, one.taken, one.total) for one in found.sold] == [(1, 2, 8)]

    await signed_in.come_in(client, resources)
    async with client.get("/admin") as answer:
        page = await answer.text()
        assert answer.status == 200
    assert "90.0 s" in page
    assert "25.0 %" in page


async def test_what_was_not_says_so(client, resources):
    """No chart without a bar, no table without a line."""
    await signed_in.come_in(client, resources)
    async with client.get("/admin") as answer:
        page = await answer.text()

    assert "No job has run in that time." in page
    assert "No booking was made in that time." in page
    assert "Places sold or held" not in page
    assert "sales-chart" not in page


def test_a_day_is_sold_as_far_as_all_its_routes_are():
    """An operator's bar counts places, not routes; the fullest route stands first."""
    there, back = "Kiel – Oslo", "Oslo – Kiel"
    sold = [
        SoldDay("Aurora", there, DAY, 1, 100, 300),
        SoldDay("Aurora", there, DAY + timedelta(days=1), 1, 50, 100),
        SoldDay("Aurora", back, DAY, 1, 100, 100),
    ]
    view = views.trends(some(sold=sold))
    (chart,) = view.occupancy
    assert [(bar.at, bar.height) for bar in chart.bars] == [
        (DAY, 50.0),
        (DAY + timedelta(days=1), 50.0),
    ]
    assert [(line.route, line.taken, line.percent) for line in view.routes] == [
        (back, 100, 100.0),
        (there, 150, 37.5),
    ]


def test_days_without_a_booking_have_their_place():
    now = clock.now()
    booked = [BookedDay(now.date() - timedelta(days=1), 4, 3, 1)]
    chart = views.trends(some(booked=booked, read_at=now)).bookings
    assert len(chart.bars) == 14
    assert [bar.height for bar in chart.bars[-3:]] == [0.0, 100.0, 0.0]


def test_every_five_minutes_have_their_place():
    now = clock.now().replace(hour=12, minute=7, second=30, microsecond=0)
    waits = [Wait("emails", now.replace(minute=5, second=0), 2.0, 3)]
    (chart,) = views.trends(some(waits=waits, read_at=now)).waits
    assert len(chart.bars) == 36
    assert (chart.bars[-1].at, chart.bars[-1].words) == (waits[0].at, "2.0 s")
    assert {bar.height for bar in chart.bars[:-1]} == {0.0}


def test_nothing_at_all_is_no_fault():
    view = views.trends(some())
    assert (view.waits, view.occupancy, view.routes) == ([], [], [])
