"""Alerts of a lower price or of places for a party: confirmed, cooled down, paused, ended by one
click.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from maritime_app import clock, signed_links
from maritime_app.bookings.fare_alerts import mails, service
from maritime_app.bookings.fare_alerts.jobs import tell_fare_alerts
from maritime_app.bookings.fare_alerts.model import AlertKind, AlertMail, FareAlert
from maritime_app.bookings.fare_alerts.rules import verdict
from maritime_app.emails import render
from maritime_app.emails.model import Mail
from maritime_app.ferries.lowest_fares import refreshing
from maritime_app.ferries.lowest_fares.model import LowestFare
from maritime_app.ferries.model import Party, Place
from maritime_app.formatting import localdate
from maritime_app.ids import uuid7
from maritime_app.money import Money
from maritime_app.subscriptions.model import SubscriptionStatus
from tests.factories import a_sailing
from tests.subscribed import act, written

OSLO, KIEL = Place("NOOSL", "Oslo", "Europe/Oslo"), Place("DEKEL", "Kiel", "Europe/Berlin")
NOW, DAY = datetime(2026, 11, 26, 12, tzinfo=UTC), date(2026, 12, 24)
S = timedelta(seconds=1)


def an_alert(**more: Any) -> FareAlert:
    """For 40.00 EUR or less."""
    fields: dict[str, Any] = {
        "kind": AlertKind.PRICE,
        "status": SubscriptionStatus.ACTIVE,
        "threshold_minor": 4_000,
        "currency": "EUR",
        "told_minor": None,
        "told_at": None,
        "cool_down_hours": 12,
        "ends_on": None,
    }
    return FareAlert(
        id=uuid7(),
        origin=OSLO,
        destination=KIEL,
        day=DAY,
        email="ada@example.org",
        language="en",
        told_count=0,
        **fields | more,
    )


def a_fare(minor, currency="EUR", sailings=1):
    price = None if minor is None else Money(minor, currency)
    return LowestFare(DAY, price, sailings, "NOR", NOW)


def told(minor, ago):
    return {"told_minor": minor, "told_at": NOW - ago}


PLACES = {"kind": AlertKind.PLACES, "threshold_minor": None, "currency": None}
LONG_AGO, COOL_DOWN = timedelta(days=3), timedelta(hours=12)


def test_it_works():
    assert verdict(an_alert(), a_fare(4_000), NOW).is_news


@pytest.mark.parametrize(
    ("alert", "fare", "is_news", "told_next"),
    [
        # The threshold, to the cent.
        ({}, a_fare(3_999), True, 3_999),
        ({}, a_fare(4_000), True, 4_000),
        ({}, a_fare(4_001), False, None),
        ({}, a_fare(None), False, None),
        ({}, None, False, None),
        ({}, a_fare(3_000, "NOK"), False, None),
        # Only what is lower than what was told.
        (told(3_900, LONG_AGO), a_fare(3_900), False, 3_900),
        (told(3_900, LONG_AGO), a_fare(3_899), True, 3_899),
        (told(3_900, LONG_AGO), a_fare(3_950), False, 3_900),
        # What does not fit any more makes the next one that does news again.
        (told(3_900, LONG_AGO), a_fare(5_000), False, None),
        # The cool-down, to the second: nothing is told, and nothing is forgotten.
        (told(3_900, COOL_DOWN - S), a_fare(3_000), False, 3_900),
        (told(3_900, COOL_DOWN), a_fare(3_000), True, 3_000),
        (told(None, COOL_DOWN - S), a_fare(3_000), False, None),
        # Places.
        (PLACES, a_fare(9_000, sailings=2), True, 0),
        (PLACES, a_fare(None, sailings=0), False, None),
        (PLACES | told(0, LONG_AGO), a_fare(9_000), False, 0),
        (PLACES | told(0, LONG_AGO), a_fare(None, sailings=0), False, None),
        (PLACES | told(None, LONG_AGO), a_fare(9_000), True, 0),
    ],
)
def test_what_is_news_is_a_table(alert, fare, is_news, told_next):
    found = verdict(an_alert(**alert), fare, NOW)
    assert (found.is_news, found.told_minor) == (is_news, told_next)


@pytest.fixture
async def asked(client, resources):
    """An alert that was asked for on the page; its link is in a mail that only Ada reads."""
    await a_sailing(resources.db, days_ahead=20)
    await refreshing.refresh(resources)
    async with resources.db.acquire() as conn:
        day = await conn.fetchval(
            "select (departs_at at time zone 'Europe/Oslo')::date from sailing"
        )
    way = f"from=NOOSL&to=DEKEL&date={day}"
    form = {"from": "NOOSL", "to": "DEKEL", "date": str(day), "kind": "price"}
    form |= {"threshold": "45,50", "email": "ada@example.org"}
    async with client.get(f"/alerts/new?{way}") as page:
        text = await page.text()
        assert page.status == 200, text
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    form["csrf_token"] = found[1]
    async with client.post("/alerts", data=form) as answer:
        assert answer.status == 200, await answer.text()
        shown = await answer.text()
    async with resources.db.acquire() as conn:
        alert_id = await conn.fetchval("select id from fare_alert")
    token = signed_links.token(resources.settings, mails.PURPOSE, alert_id)
    return f"/alerts/{token}", shown, form


async def test_from_the_form_to_the_mail(client, resources, asked):
    here, _shown, _form = asked
    assert await act(client, here, "confirm") == "Switched on"

    assert await tell_fare_alerts(resources) == "1 told, 0 expired"
    assert await tell_fare_alerts(resources) == "0 told, 0 expired"

    assert await written(resources) == ["fare_alert_confirm", "fare_alert_news"]


async def test_nobody_asks_in_anothers_name(client, resources, asked):
    """The page says nothing that switches it on, and until it is on nothing is sent."""
    here, shown, form = asked
    assert here.rpartition("/")[2] not in shown
    assert await tell_fare_alerts(resources) == "0 told, 0 expired"
    assert await written(resources) == ["fare_alert_confirm"]
    async with client.post("/alerts", data=form) as again:
        assert again.status == 409


async def test_paused_and_ended_it_is_silent(client, resources, asked):
    here, _shown, _form = asked
    await act(client, here, "confirm")
    assert await act(client, here, "pause") == "Paused"
    assert await tell_fare_alerts(resources) == "0 told, 0 expired"
    assert await act(client, here, "resume") == "Switched on"
    assert await act(client, here, "end") == "You have ended this alert"
    assert await act(client, here, "resume") == "You have ended this alert"
    assert await tell_fare_alerts(resources) == "0 told, 0 expired"


async def test_it_is_over_with_its_day(client, resources, asked):
    here, _shown, _form = asked
    await act(client, here, "confirm")
    async with resources.db.acquire() as conn:
        await conn.execute("update fare_alert set day = current_date - 2")
    assert await tell_fare_alerts(resources) == "0 told, 1 expired"
    async with client.get(here) as page:
        assert "This alert is over" in await page.text()


@pytest.mark.parametrize(("hours", "is_news"), [(6, True), (12, True), (24, False), (168, False)])
def test_it_cools_down_for_as_long_as_was_asked_for(hours, is_news):
    alert = an_alert(cool_down_hours=hours, **told(3_900, COOL_DOWN))
    assert verdict(alert, a_fare(3_000), NOW).is_news is is_news


async def test_it_ends_and_cools_down_as_was_asked_for(client, resources, asked):
    """Its page says so; on its last day it tells, on the day after it is over."""
    _here, _shown, form = asked
    until = clock.now().date() + timedelta(days=2)
    form |= {"email": "bo@example.org", "hours": "72", "until": until.isoformat()}
    async with client.post("/alerts", data=form) as answer:
        assert answer.status == 200, await answer.text()
    async with resources.db.acquire() as conn:
        bo = "email = 'bo@example.org'"
        alert_id = await conn.fetchval(f"select id from fare_alert where {bo}")
    here = f"/alerts/{signed_links.token(resources.settings, mails.PURPOSE, alert_id)}"
    await act(client, here, "confirm")
    async with client.get(here) as answer:
        page = " ".join((await answer.text()).split())
    assert "At most one mail in 72 hours." in page
    assert f"Its last day is {localdate(until)}." in page

    async def ends(days):
        async with resources.db.acquire() as conn:
            await conn.execute(
                "update fare_alert set told_minor = null, ends_on ="
                f" (now() at time zone 'Europe/Oslo')::date + {days} where {bo}"
            )
        return await tell_fare_alerts(resources)

    assert await ends(0) == "1 told, 0 expired"
    assert await ends(-1) == "0 told, 1 expired"


async def test_an_end_and_a_cool_down_that_cannot_be_are_refused_together(client, asked):
    _here, _shown, form = asked
    for until in ("2020-02-02", "2090-02-02"):
        wrong = form | {"email": "bo@example.org", "hours": "5", "until": until}
        async with client.post("/alerts", data=wrong) as answer:
            text = await answer.text()
        assert answer.status == 422
        assert "A day from today to that of the crossing." in text
        assert 'href="#f-hours"' in text


async def test_a_threshold_is_an_amount(client, asked):
    _here, _shown, form = asked
    for threshold in ("", "cheap", "-5", "nan", "1e30", "12.505", "0"):
        form |= {"threshold": threshold, "email": "bo@example.org"}
        async with client.post("/alerts", data=form) as answer:
            assert answer.status == 422, threshold
            assert "Please enter an amount like 12.50." in await answer.text()


async def test_a_day_an_address_a_place_and_a_price_that_are_none(client, asked):
    _here, _shown, form = asked
    wrong = {
        "That day has passed.": {"date": "2020-02-02"},
        "No mail reaches this address.": {"email": "ada@example..org"},
        "There is no price on that day yet": {"date": "2030-02-02"},
    }
    for words, fields in wrong.items():
        async with client.post("/alerts", data=form | fields) as answer:
            text = await answer.text()
            assert (answer.status, words in text) == (422, True), text
    places = form | {"kind": "places", "email": "bo@example.org", "threshold": ""}
    async with client.post("/alerts", data=places) as answer:
        assert answer.status == 200
    async with client.get("/alerts/new?from=NOOSL&to=XXNON&date=2030-02-02") as answer:
        assert answer.status == 422


async def test_an_alert_that_ends_while_others_are_told_is_silent(client, resources, asked):
    here, _shown, _form = asked
    async with resources.db.transaction() as conn:
        alert_id = await conn.fetchval("select id from fare_alert")
        assert not await service._tell(conn, resources, alert_id, None)
    await act(client, here, "confirm")


def test_an_alert_of_places_has_no_threshold():
    price = an_alert()
    assert price.threshold == Money(4_000, "EUR")
    assert msgspec.structs.replace(price, threshold_minor=None, currency=None).threshold is None


async def test_it_is_for_the_party_that_was_searched(client, resources, asked):
    """Price, page, mails and the way back to the search are those of two adults with a child and a
    car; one adult's alert of the same address stands beside it.
    """
    _here, _shown, form = asked
    party = {"adults": "2", "ages": "5", "vehicles": "car"}
    way = {name: form[name] for name in ("from", "to", "date")}
    async with client.get("/alerts/new", params=way | party) as answer:
        page = " ".join((await answer.text()).split())
    price = re.search(r'name="threshold"[^>]* value="([0-9.]+)"', page)
    assert price
    assert float(price[1]) > 2 * 45
    assert '<input type="hidden" name="vehicles" value="car">' in page

    wanted = form | party | {"threshold": price[1]}
    async with client.post("/alerts", data=wanted) as answer:
        assert answer.status == 200, await answer.text()
    async with client.post("/alerts", data=wanted) as again:
        assert again.status == 409
    async with resources.db.acquire() as conn:
        alert_id = await conn.fetchval("select id from fare_alert order by id desc limit 1")
    here = f"/alerts/{signed_links.token(resources.settings, mails.PURPOSE, alert_id)}"
    await act(client, here, "confirm")
    assert await tell_fare_alerts(resources) == "1 told, 0 expired"
    words = "2 adults, 1 child (5), car"
    async with client.get(here) as answer:
        text = await answer.text()
    assert words in text
    assert "adults=2&amp;ages=5&amp;vehicles=car" in text
    async with resources.db.acquire() as conn:
        context = await conn.fetchval(
            "select context from mail where template = 'fare_alert_news' order by id desc limit 1"
        )
    assert context["party"] == words
    assert "adults=2&ages=5&vehicles=car" in context["search_url"]


async def test_a_party_of_nobody_is_refused_with_all_else(client, asked):
    _here, _shown, form = asked
    wrong = form | {"email": "bo@example.org", "adults": "0", "threshold": "cheap"}
    async with client.post("/alerts", data=wrong) as answer:
        assert answer.status == 422
        assert "At least one adult or child must travel." in await answer.text()


async def test_operators_are_asked_for_the_party_only_while_an_alert_wants_it(resources, db):
    """What one adult pays says in which currency a party's threshold is."""
    fare = LowestFare(DAY, None, 0, None, NOW, not_asked=("Remote",))
    trip = ("NOOSL", "DEKEL", DAY, Party(2, 0, 0))
    assert await service.currency_of(resources, trip, fare) is None
    sold_out = LowestFare(DAY, None, 0, None, NOW)
    assert await service.currency_of(resources, trip, sold_out) is None
    assert await service.currency_of(resources, trip, a_fare(9_000, "NOK")) == "NOK"


@pytest.mark.parametrize("language", ["en", "de", "el", "ar"])
@pytest.mark.parametrize("kind", ["price", "places"])
@pytest.mark.parametrize("mail_kind", [mails.CONFIRM, mails.NEWS], ids=lambda kind: kind.name)
def test_every_mail_in_every_language_ends_by_one_click(settings, mail_kind, kind, language):
    price = Money(3_900, "EUR") if kind == "price" else None
    link = "http://ferries.example/alerts/t"
    context = AlertMail(
        kind,
        "Oslo",
        "Kiel",
        DAY,
        link,
        f"{link}/end",
        "http://ferries.example/ferries",
        price,
        price,
    )
    mail = Mail(uuid7(), "ada@example.org", language, msgspec.to_builtins(context), False)

    message = render.message(settings, mail_kind, mail)

    assert message["List-Unsubscribe"] == f"<{link}/end>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in message.walk():
        if part.get_content_maintype() == "text":
            text = part.get_content()
            assert "Oslo" in text
            assert link in text
            assert "%(" not in text
