"""The desk's timeline of a booking: changes, choices, claims, waiting, mandates and gates, too."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from maritime_app import clock
from maritime_app.bookings.back_office import store
from maritime_app.bookings.back_office.model import Event, EventKind
from maritime_app.bookings.back_office.timeline import details, titles
from tests.factories import a_sailing, an_ask, book

MAILS = Path(__file__).parents[2] / "templates" / "bookings" / "mails"
# What the columns may say, by the constraint that bounds them.
NAMES = {
    EventKind.CHANGE: ("booking_change_origin_known", "booking_change_status_known"),
    EventKind.DISRUPTION: ("disruption_kind_known", "disrupted_party_status_known"),
    EventKind.COMPENSATION: ("compensation_claim_status_known",),
    EventKind.WAITING: ("waiting_party_status_known",),
    EventKind.MANDATE: ("mandate_use_status_known",),
    EventKind.OPERATOR: ("operator_call_action_known",),
}
# While they last nothing has happened yet that the row before does not tell.
LASTING = {"held", "accepted", "waiting", "overdue", "moving", "offering"}


async def test_it_works(shop, db):
    booking = await book(shop, an_ask(await a_sailing(db, days_ahead=20)))
    async with db.acquire() as conn:
        row = await conn.fetchrow(
            "select b.id, l.sailing_id from booking b join booking_leg l on l.booking_id = b.id"
            " where b.reference = $1",
            booking["reference"],
        )
        before = await told(conn, row["id"])
        await happened(conn, row["id"], row["sailing_id"])
        now = await told(conn, row["id"])

    assert {
        ("change", "customer"),
        ("change", "refused"),
        ("disruption", "cancelled"),
        ("disruption", "offered"),
        ("disruption", "refunded"),
        ("compensation", "proposed"),
        ("compensation", "approved"),
        ("waiting", "waiting"),
        ("waiting", "offered"),
        ("waiting", "taken"),
        ("boarding", "aboard"),
        ("boarding", "undone"),
    } == now - before


async def told(conn, booking_id: UUID) -> set[tuple[str, str]]:
    events = await store.timeline(conn, booking_id, 100)
    return {(event.kind.value, event.name) for event in events}


async def happened(conn, booking_id: UUID, sailing_id: UUID) -> None:
    """A change that was refused, a choice, a claim, a place from the waiting list, a gate."""
    await conn.execute(
        "insert into booking_change (id, booking_id, number, origin, status, from_version, content,"
        " total_minor, due_minor, expires_at, ended_at, refusal) values (gen_random_uuid(), $1, 1,"
        " 'customer', 'refused', 1, '{}', 100, 100, now(), now(), 'full')",
        booking_id,
    )
    await conn.execute(
        "with news as (insert into disruption (id, sailing_id, sailing_version, kind)"
        " values (gen_random_uuid(), $2, 7, 'cancelled') returning id)"
        " insert into disrupted_party (disruption_id, booking_id, status, offered_at, ended_at)"
        " select id, $1, 'refunded', now(), now() from news",
        booking_id,
        sailing_id,
    )
    await conn.execute(
        "insert into compensation_claim (id, booking_id, sailing_id, leg_number, percent,"
        " amount_minor, late_minutes, status, decided_at, evidence)"
        " values (gen_random_uuid(), $1, $2, 1, 25, 500, 90, 'approved', now(), '{}')",
        booking_id,
        sailing_id,
    )
    await conn.execute(
        "insert into waiting_party (id, sailing_id, status, email, language, places, reference,"
        " offered_at, ended_at) select gen_random_uuid(), $2, 'taken', 'a@example.org', 'en', '{}',"
        " reference, now(), now() from booking where id = $1",
        booking_id,
        sailing_id,
    )
    await conn.execute(
        "insert into admission (id, booking_id, leg_number, holder, sailing_id, gate, admitted_at,"
        " undone_at) values (gen_random_uuid(), $1, 1, 'p1', $2, 'North', now(), now())",
        booking_id,
        sailing_id,
    )


@pytest.mark.parametrize("kind", NAMES)
async def test_whatever_a_row_may_say_has_words(db, kind):
    async with db.acquire() as conn:
        checks = [
            await conn.fetchval(
                "select pg_get_constraintdef(oid) from pg_constraint where conname = $1", name
            )
            for name in NAMES[kind]
        ]
    names = {name for check in checks for name in re.findall(r"'(\w+)'", check)} - LASTING
    assert names
    events = [Event(clock.now(), kind, name, "answered", None, 0, "") for name in sorted(names)]
    assert [event.name for event in events if titles.title(event) == event.name] == []


def test_whatever_mail_a_booking_has_is_named():
    elsewhere = {
        "fare_alert_confirm",
        "fare_alert_list",
        "fare_alert_news",
        "mandate_asked",
        "mandate_granted",
    }
    kinds = {file.stem for file in MAILS.glob("[a-z]*.txt")} - elsewhere
    assert len(kinds) > 20
    assert {kind for kind in kinds if said(EventKind.MAIL, kind)[0] == kind} == set()


@pytest.mark.parametrize(
    ("kind", "name", "detail", "words"),
    [
        (EventKind.BOARDING, "aboard", "p1, B", "Ada Lund, Gate B"),
        (EventKind.BOARDING, "undone", "v1, North", "Car IZK 4821, Gate North"),
        (EventKind.BOARDING, "aboard", "p2, B", "Passenger 2, Gate B"),
        (EventKind.BOARDING, "aboard", "v2, B", "Vehicle 2, Gate B"),
        (EventKind.DISPUTE, "opened", "duplicate", "The customer was charged twice"),
        (EventKind.DISPUTE, "opened", "new_reason", "new_reason"),
        (EventKind.REFUND, "failed", "declined", "The bank declined it"),
        (EventKind.REFUND, "goodwill", "Sorry.", "Sorry."),
        (EventKind.COMPENSATION, "proposed", "90 min, 25 %", "1 h 30 min late, 25 % of the price"),
        (EventKind.COMPENSATION, "rejected", "Storm.", "Storm."),
        (EventKind.NOTE, "Vera", "Called.", "Called."),
    ],
)
def test_what_stands_under_an_entry_is_for_people(kind, name, detail, words):
    assert said(kind, name, detail)[1] == words


def test_who_was_erased_is_not_named():
    assert said(EventKind.BOARDING, "aboard", "p1, B", erased=True)[1] == "Passenger 1, Gate B"


def said(kind, name, detail=None, *, erased=False):
    """What stands there, and what under it."""
    event = Event(clock.now(), kind, name, "", detail, 0, "")
    booking: Any = SimpleNamespace(
        passengers=[SimpleNamespace(number=1, given_name="Ada", family_name="Lund")],
        vehicles=[SimpleNamespace(number=1, kind="car", plate="IZK 4821")],
        erased_at=clock.now() if erased else None,
    )
    return titles.title(event), details.detail(event, booking)
