"""Whoever cannot sail as booked is told to look for another sailing only where one has room."""

import functools
import html
from datetime import timedelta

import pytest

from maritime_app.bookings.disruptions import jobs
from maritime_app.bookings.mailing import mails
from maritime_app.emails import render, store as emails
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import CancelRequest, ChangeReason, TimesRequest
from tests.factories import a_sailing
from tests.other_ship import HOUSE, confirmed_by, written
from tests.rows import execute, value

NONE = "No other sailing has room for all of you at the moment."
OTHER = "ee what else sails"


async def test_it_works(client, resources, said):
    """Nothing else sails: the first offer says so."""
    sailing = await a_sailing(resources.db, days_ahead=5)
    await confirmed_by(client, resources, sailing)
    await cancelled(resources, sailing)

    text = await said("disruption_offer")

    assert NONE in text
    assert OTHER not in text


async def test_where_one_suits(client, resources, said):
    sailing = await a_sailing(resources.db, days_ahead=5)
    await a_sailing(resources.db, days_ahead=6)
    await confirmed_by(client, resources, sailing)
    await cancelled(resources, sailing)

    text = await said("disruption_offer")

    assert "We hold places for you on the sailing of" in text
    assert NONE not in text


@pytest.mark.parametrize("suits", [True, False])
async def test_a_late_sailing_may_be_left_for_another_where_there_is_one(
    client, resources, said, suits
):
    sailing = await a_sailing(resources.db, days_ahead=5)
    if suits:
        await a_sailing(resources.db, days_ahead=6)
    await confirmed_by(client, resources, sailing)
    found = await operations.sailing(resources, HOUSE, sailing)
    later = found.departs_at + timedelta(hours=3)
    asked = TimesRequest(found.version, later, reason=ChangeReason.WEATHER)
    await operations.retime(resources, HOUSE, sailing, asked)
    await written(resources)

    text = await said("disruption_offer")

    assert "ravel with it all the same" in text
    assert (NONE in text, OTHER in text) == (not suits, suits)


@pytest.mark.parametrize("suits", [True, False])
async def test_a_reminder_speaks_of_held_places_where_there_are_some(
    client, resources, said, suits
):
    sailing = await a_sailing(resources.db, days_ahead=5)
    if suits:
        await a_sailing(resources.db, days_ahead=6)
    await confirmed_by(client, resources, sailing)
    await cancelled(resources, sailing)
    await execute(resources, "update disrupted_party set remind_at = now()")

    await jobs.look_after_disruptions(resources)

    text = await said("disruption_reminder")
    assert ("We hold places for you until" in text) == suits
    assert (NONE in text, OTHER in text) == (not suits, suits)


@pytest.mark.parametrize("suits", [True, False])
async def test_the_booking_says_what_is_held(client, resources, suits):
    """On its page and for programs: places are held, or none are."""
    sailing = await a_sailing(resources.db, days_ahead=5)
    if suits:
        await a_sailing(resources.db, days_ahead=6)
    booking = await confirmed_by(client, resources, sailing)
    await operations.cancel(resources, HOUSE, sailing, CancelRequest(1, ChangeReason.TECHNICAL, ""))

    before = await page_of(client, booking)
    await written(resources)
    after = await page_of(client, booking)

    assert "We are looking for another sailing for you." in before
    assert "We are looking" not in after
    assert ("Places on another sailing are held for you until" in after) == suits
    assert ("No places are held for you on another sailing." in after) == (not suits)


@pytest.fixture
def said(resources):
    """The text of the last mail of a kind, as its reader has it."""
    return functools.partial(rendered, resources)


async def rendered(res, kind):
    mail_id = await value(
        res, f"select id from mail where template = '{kind}' order by created_at desc, id desc"
    )
    async with res.db.acquire() as conn:
        mail = await emails.mail(conn, mail_id)
    assert mail
    (known,) = (one for one in mails.MAILS if one.name == kind)
    body = render.message(res.settings, known, mail).get_body(("plain",))
    assert body
    return " ".join(body.get_content().split())


async def page_of(client, booking):
    """The booking's page, and what programs read of it."""
    where = f"{booking['reference']}?token={booking['token']}"
    page = await (await client.get(f"/bookings/{where}")).text()
    told = (await (await client.get(f"/api/v1/bookings/{where}")).json())["story"]["sentence"]
    assert told in " ".join(html.unescape(page).split())
    return told


async def cancelled(res, sailing):
    await operations.cancel(res, HOUSE, sailing, CancelRequest(1, ChangeReason.TECHNICAL, ""))
    await written(res)
