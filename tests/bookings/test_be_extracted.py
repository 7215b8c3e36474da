"""What a program of itineraries finds in page and mail, by the rules of KDE's extractor.

Written down from what kitinerary-extractor 5.22.3 (Debian's libkpimitinerary-bin) makes of our
documents: it keeps the properties that it knows and drops the others, takes a time by its offset,
and a reservation without a terminal's name, a departure or a traveller is none.
"""

import json
import re
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

from maritime_app.bookings.mailing import mails
from maritime_app.emails import render, store as emails
from tests.booked import until, until_mail
from tests.factories import ADA, BO, a_return, a_sailing, an_ask, book, pay

KEPT = {
    "BoatReservation": {
        "@context", "@type", "provider", "reservationFor", "reservationNumber",
        "reservationStatus", "reservedTicket", "underName", "url",
    },
    "BoatTrip": {
        "@type", "name", "departureBoatTerminal", "departureTime", "arrivalBoatTerminal",
        "arrivalTime",
    },
    "BoatTerminal": {"@type", "name", "address", "geo"},
    "PostalAddress": {"@type", "addressLocality", "addressCountry"},
    "GeoCoordinates": {"@type", "latitude", "longitude"},
    "Organization": {"@type", "name", "telephone", "email"},
    "Person": {"@type", "name"},
    "Ticket": {"@type", "ticketToken"},
}  # fmt: skip
# Read by Gmail and others, and dropped by this one.
FOR_OTHERS = {"bookingTime", "broker", "alternateName"}
STATUSES = {"ReservationConfirmed", "ReservationCancelled", "ReservationPending"}


async def test_it_works(shop, played):
    """Ticket, booking and mail each have every traveller's way there and back."""
    sailings = [await a_sailing(played.db, days_ahead=20), await a_return(played.db, days_ahead=25)]
    made = await book(shop, an_ask(*sailings, people=[ADA, BO]))
    await pay(shop, made)
    confirmed = await until(shop, made, "confirmed")
    await until_mail(played, "booking_confirmation")

    pages = [await page(shop, confirmed[name]) for name in ("ticket_url", "booking_url")]

    for document in [*pages, await mail(played)]:
        found = [one for one in extracted(document) if is_one(one)]
        assert [(way(one), one["underName"]["name"]) for one in found] == [
            (("Oslo", "Kiel"), "Ada Lund"),
            (("Oslo", "Kiel"), "Bo Berg"),
            (("Kiel", "Oslo"), "Ada Lund"),
            (("Kiel", "Oslo"), "Bo Berg"),
        ]
        assert {one["reservationNumber"] for one in found} == {made["reference"]}
        tickets = [one["reservedTicket"]["ticketToken"] for one in found]
        assert all(ticket.startswith("qrCode:") for ticket in tickets)
        assert len(set(tickets)) == 4


def test_what_it_drops_is_no_reservation():
    whole: dict[str, Any] = {
        "@type": "BoatReservation",
        "underName": {"@type": "Person", "name": "Ada Lund"},
        "reservationFor": {
            "@type": "BoatTrip",
            "departureBoatTerminal": {"@type": "BoatTerminal", "name": "Oslo"},
            "arrivalBoatTerminal": {"@type": "BoatTerminal", "name": "Kiel"},
            "departureTime": "2027-06-01T10:00:00+02:00",
            "arrivalTime": "2027-06-02T06:00:00+02:00",
        },
    }
    assert is_one(whole)
    for name in ("departureBoatTerminal", "arrivalBoatTerminal", "departureTime", "arrivalTime"):
        trip = {key: kept for key, kept in whole["reservationFor"].items() if key != name}
        assert not is_one({**whole, "reservationFor": trip}), name
    no_offset = {**whole["reservationFor"], "departureTime": "2027-06-01T10:00:00"}
    assert not is_one({**whole, "reservationFor": no_offset})
    assert not is_one({**whole, "underName": {"@type": "Person", "name": ""}})


def extracted(document):
    """Every reservation of a document, with what the extractor keeps of it."""
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', document, re.DOTALL)
    return [kept(one) for script in scripts for one in json.loads(script)]


def kept(node):
    """The node without what is dropped; what neither it nor others read has no place there."""
    known = KEPT[node["@type"]]
    strange = set(node) - known - FOR_OTHERS - ({"provider"} if "Trip" in node["@type"] else set())
    assert not strange, (node["@type"], strange)
    return {
        name: kept(value) if isinstance(value, dict) else value
        for name, value in node.items()
        if name in known
    }


def is_one(reservation):
    """Whether it is a reservation by which somebody can travel."""
    trip = reservation["reservationFor"]
    ends = [trip.get(f"{end}BoatTerminal", {}) for end in ("departure", "arrival")]
    times = [instant(trip.get(f"{end}Time", "")) for end in ("departure", "arrival")]
    status = reservation.get("reservationStatus", "http://schema.org/ReservationConfirmed")
    return (
        all(end.get("name") for end in ends)
        and None not in times
        and times[0] < times[1]
        and bool(reservation["underName"]["name"])
        and status.removeprefix("http://schema.org/") in STATUSES
        and all(-90 <= end["geo"]["latitude"] <= 90 for end in ends if "geo" in end)
    )


def instant(text):
    """The time that is meant; None where it has no offset, and so means none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def way(reservation):
    trip = reservation["reservationFor"]
    return trip["departureBoatTerminal"]["name"], trip["arrivalBoatTerminal"]["name"]


async def page(shop, address):
    async with shop.session.get(address) as answer:
        assert answer.status == 200
        return await answer.text()


async def mail(played):
    """The confirmation's HTML, as it travels."""
    kind = next(kind for kind in mails.MAILS if kind.name == "booking_confirmation")
    async with played.db.acquire() as conn:
        mail_id = await conn.fetchval("select id from mail where template = $1", kind.name)
        stored = await emails.mail(conn, mail_id)
    assert stored
    raw = render.message(played.settings, kind, stored).as_bytes()
    body = message_from_bytes(raw, policy=policy.default).get_body(("html",))
    assert body
    return body.get_content()
