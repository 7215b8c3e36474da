"""The calendar entry: it comes by mail, says all of the crossing, and takes itself out again."""

import json
import re
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import pytest

from maritime_app.bookings import service
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.mailing.mail_content import BookingMail
from maritime_app.bookings.model import Passenger
from maritime_app.bookings.tickets import service as tickets
from maritime_app.emails import render, store as emails
from maritime_app.ferries.model import PassengerKind
from tests.booked import until, until_mail
from tests.factories import ADA, BO, CAR, a_sailing, an_ask, book, pay

Calendar: Any = icalendar.Calendar  # an entry's values are found by their name, of many types


@pytest.fixture
async def booking(client, resources):
    """Ada and Bo with a car from Oslo to Kiel and a week later the same way, confirmed."""
    sailings = [await a_sailing(resources.db, days_ahead=days) for days in (20, 27)]
    made = await book(client, an_ask(*sailings, people=[ADA, BO], vehicles=[CAR]))
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
        stored = await service.by_id(
            resources,
            await conn.fetchval("select id from booking where reference = $1", made["reference"]),
        )
    return stored, f"/bookings/{made['reference']}", f"?token={made['token']}"


async def test_it_works(client, booking):
    stored, address, proof = booking
    async with client.get(f"{address}/calendar.ics{proof}") as answer:
        assert answer.headers["Content-Type"] == "text/calendar; method=PUBLISH; charset=utf-8"
        file = Calendar.from_ical(await answer.text())

    assert (file["method"], file["prodid"]) == ("PUBLISH", "-//Fairway//bookings//EN")
    event, _second = file.walk("VEVENT")
    leg = stored.legs[0]
    assert event["uid"] == f"{stored.reference}-1@maritime-app"
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (leg.departs_at, leg.arrives_at)
    assert (event["summary"], event["location"]) == ("Oslo - Kiel", "Oslo")
    assert str(event["organizer"]) == "mailto:tickets@maritime.example"
    assert event["organizer"].params["CN"] == "Fairway"
    assert (event["geo"].latitude, event["geo"].longitude) == (59.9, 10.7)
    for words in (stored.reference, "Northern Test Line", "Aurora Borealis", "60 min", "Kiel time"):
        assert words.replace("60 min", "1 h") in str(event["description"]), words


async def test_its_address_opens_the_look_up_and_nothing_else(client, booking, resources):
    """Calendars are shared with others, who must not be able to cancel."""
    stored, address, proof = booking
    async with client.get(f"{address}/calendar.ics{proof}") as answer:
        text = await answer.text()
    (event, _) = Calendar.from_ical(text).walk("VEVENT")

    assert "token" not in text
    async with client.get(str(event["url"]).removeprefix(resources.settings.public_url)) as page:
        assert f'value="{stored.reference}"' in await page.text()


async def test_what_an_operator_says_is_folded_and_escaped(booking, resources):
    """Lines of 75 octets, no letter cut in two, and no line of its own (RFC 5545, 3.1, 3.3.11)."""
    stored, _address, _proof = booking
    said = "Αίας 🚢;,\\" * 20 + "\r\nEND:VEVENT\n\x0b\x07\x7fBEGIN:VEVENT"
    legs = tuple(
        msgspec.structs.replace(leg, ferry=said, operator_reference=said) for leg in stored.legs
    )
    body = (await tickets.calendar(resources, msgspec.structs.replace(stored, legs=legs))).body

    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not re.search(rb"[\x00-\x1f\x7f]", b"".join(lines))
    assert all(line.decode() for line in lines if line)
    events = Calendar.from_ical(body).walk("VEVENT")
    assert len(events) == len(stored.legs)
    assert "Αίας 🚢;,\\" * 20 in str(events[0]["description"])


async def test_a_reminder_comes_two_hours_before_check_in_closes(client, booking):
    _stored, address, proof = booking
    async with client.get(f"{address}/calendar.ics{proof}") as answer:
        alarms = Calendar.from_ical(await answer.text()).walk("VALARM")

    assert [alarm["trigger"].to_ical() for alarm in alarms] == [b"-PT3H"] * 2  # 2 h and 60 min
    assert {alarm["action"] for alarm in alarms} == {"DISPLAY"}


async def test_its_sequence_grows_with_the_booking(client, booking, resources):
    _stored, address, proof = booking
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set version = 4")

    async with client.get(f"{address}/calendar.ics{proof}") as answer:
        events = Calendar.from_ical(await answer.text()).walk("VEVENT")

    assert {event["sequence"] for event in events} == {3}


async def test_a_cancelled_booking_takes_its_entries_out(client, booking, resources):
    """RFC 5546, 3.2.5: METHOD:CANCEL, the same UID, a higher SEQUENCE, one UID an object."""
    stored, address, proof = booking
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'cancelled', version = version + 1")

    async with client.get(f"{address}/calendar.ics{proof}") as answer:
        assert answer.headers["Content-Type"] == "text/calendar; method=CANCEL; charset=utf-8"
        files = Calendar.from_ical(await answer.text(), multiple=True)

    assert len(files) == 2
    for number, file in enumerate(files, start=1):
        (event,) = file.walk("VEVENT")
        assert (file["method"], event["status"]) == ("CANCEL", "CANCELLED")
        assert event["uid"] == f"{stored.reference}-{number}@maritime-app"
        assert event["sequence"] > stored.version - 1


@pytest.mark.parametrize("status", ["held", "paid", "confirming", "expired", "refused"])
async def test_without_a_confirmation_there_is_none(client, booking, resources, status):
    _stored, address, proof = booking
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = $1", status)

    async with client.get(f"{address}/calendar.ics{proof}") as answer:
        assert answer.status == 409


async def test_the_mails_of_a_booking_bring_it_and_take_it_out(shop, played):
    made = await book(shop, an_ask(await a_sailing(played.db), people=[ADA]))
    await pay(shop, made)
    await until(shop, made, "confirmed")
    await until_mail(played, "booking_confirmation")
    address, proof = f"/api/v1/bookings/{made['reference']}/cancel", {"token": made["token"]}
    async with shop.post(f"{address}-quote", json=proof) as answer:
        fee = (await answer.json())["fee"]["amount_minor"]
    async with shop.post(address, json={**proof, "fee_minor": fee}) as answer:
        assert answer.status == 200

    brought, taken = [
        [
            (part.get_content_type(), part.get_param("method"), part)
            for part in message.iter_attachments()
        ]
        for message in (
            await mail(played, "booking_confirmation"),
            await mail(played, "cancellation"),
        )
    ]
    assert [part[:2] for part in brought] == [
        ("application/pdf", None),
        ("text/calendar", "PUBLISH"),
        ("application/pdf", None),
    ]
    assert [part[:2] for part in taken] == [("text/calendar", "CANCEL")]
    first, last = (
        Calendar.from_ical(next(p[2] for p in parts if p[1]).get_content()).walk("VEVENT")[0]
        for parts in (brought, taken)
    )
    assert first["uid"] == last["uid"]
    assert last["sequence"] > first["sequence"]


async def test_mails_say_the_day_of_arrival_the_terminal_and_when_to_be_there(
    client, booking, resources
):
    stored, _address, _proof = booking
    async with resources.db.transaction() as conn:
        await conn.execute(
            "insert into check_in_rule (operator_id, port_id, foot_minutes, vehicle_minutes,"
            " terminal, source) select o.id, p.id, 45, 90, 'Pier 7', 'test' from operator o, port p"
            " where p.code = 'NOOSL'"
        )
        await mails.write(conn, resources, stored, mails.CONFIRMATION, key="once")

    message = await mail(resources, "booking_confirmation")
    leg = stored.legs[0]
    arrives = leg.arrives_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%-d %b %Y")
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        for words in (arrives, "Pier 7", "1 h 30 min before departure"):
            assert words in text, (kind, words)
        assert not re.search(r"[+]\d{4}\b", text)


async def test_a_mail_tells_assistants_of_the_reservation(client, booking, resources):
    stored, _address, _proof = booking
    async with resources.db.transaction() as conn:
        await mails.write(conn, resources, stored, mails.CONFIRMATION, key="confirmed")
        await conn.execute("update booking set status = 'cancelled'")
        await mails.write(conn, resources, stored, mails.CANCELLATION, key="cancelled")

    told = {
        name: json_ld((await mail(resources, name)).get_body(("html",)).get_content())
        for name in ("booking_confirmation", "cancellation")
    }
    assert len(told["booking_confirmation"]) == 4  # two people, two legs
    assert {r["reservationStatus"] for r in told["booking_confirmation"]} == {
        "http://schema.org/ReservationConfirmed"
    }
    assert {r["reservationStatus"] for r in told["cancellation"]} == {
        "http://schema.org/ReservationCancelled"
    }
    assert all("reservedTicket" not in r for r in told["cancellation"])


async def test_a_name_cannot_break_out_of_what_assistants_read(booking, resources):
    stored, _address, _proof = booking
    mallory = Passenger(1, PassengerKind.ADULT, "</script><b>", "Mallory")
    crafted = msgspec.structs.replace(stored, passengers=(mallory,))

    made = await tickets.json_ld(resources, crafted)

    assert "<" not in made
    assert json.loads(made)[0]["underName"]["name"] == "</script><b> Mallory"


async def test_the_ticket_page_says_what_assistants_need(client, booking, resources):
    stored, address, proof = booking
    async with client.get(f"{address}/ticket{proof}") as page:
        first = json_ld(await page.text())[0]

    assert (first["@type"], first["reservationNumber"]) == ("BoatReservation", stored.reference)
    trip = first["reservationFor"]
    assert trip["departureBoatTerminal"]["name"] == "Oslo"
    assert trip["departureBoatTerminal"]["geo"]["latitude"] == 59.9
    assert re.fullmatch(r".*[+-]\d\d:00", trip["departureTime"])
    assert first["reservedTicket"]["ticketToken"].startswith(f"qrCode:FW2.{stored.reference}.1.p1")


async def test_a_large_party_keeps_its_mail_whole(client, resources):
    """One reservation a leg: a mail of more than 102 KB is cut off by its reader."""
    people = [{**ADA, "given_name": f"Ada{number}"} for number in range(20)]
    sailings = [await a_sailing(resources.db, days_ahead=days) for days in (20, 22)]
    made = await book(client, an_ask(*sailings, people=people))

    async with client.get(made["booking_url"].removeprefix(resources.settings.public_url)) as page:
        assert len(json_ld(await page.text())) == 2


async def test_a_ticket_that_cannot_be_printed_still_brings_its_entry(
    booking, resources, monkeypatch
):
    stored, _address, _proof = booking

    async def broken(*_):
        raise OSError("no such font")

    monkeypatch.setattr("maritime_app.bookings.tickets.service.pdf", broken)

    assert [f.filename for f in await tickets.printed(resources, stored)] == [
        f"{stored.reference}.ics"
    ]


async def mail(res, kind_name):
    """The mail of that kind as it travels, taken apart."""
    kind = next(kind for kind in mails.MAILS if kind.name == kind_name)
    assert kind.context is BookingMail
    async with res.db.acquire() as conn:
        mail_id = await conn.fetchval("select id from mail where template = $1", kind_name)
        stored = await emails.mail(conn, mail_id)
    assert stored
    raw = render.message(res.settings, kind, stored).as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def json_ld(html):
    """What the page's script element of that type says."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("language", ["xx", "sv", "de-AT", "../de", ""])
async def test_a_language_that_nobody_here_speaks_keeps_nobody_from_the_ticket(
    shop, played, language
):
    """Bookings of before may have any: the mail comes in English, or in what it is a variety of."""
    made = await book(shop, an_ask(await a_sailing(played.db), people=[ADA]))
    async with played.db.acquire() as conn:
        await conn.execute("update booking set language = $1", language)
    await pay(shop, made)
    await until(shop, made, "confirmed")
    await until_mail(played, "booking_confirmation")

    message = await mail(played, "booking_confirmation")
    german = language == "de-AT"
    assert ("Ticket" in message["Subject"]) is german or "ticket" in message["Subject"]
    assert len(list(message.iter_attachments())) == 3
