"""The passenger list of Directive 98/41/EC: who is on it, in which forms, read by whom."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from maritime_app.boarding.views import day_view
from tests import signed_in
from tests.factories import ADA, BO, CAR, local_day

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")  # as in every CSV
KNOWN = {**ADA, "gender": "female", "nationality": "NO", "assistance": "walking"}


async def test_it_works(boarding):
    codes = await boarding.book([KNOWN, BO], vehicles=[CAR])
    await boarding.scan(codes[1, "p1"])

    rows = await table(boarding, "manifest.csv")

    assert [row["family_name"] for row in rows] == ["Berg", "Lund"]
    ada = rows[1]
    assert (ada["gender"], ada["nationality"], ada["birth_date"]) == ("female", "NO", "1980-02-03")
    assert (ada["special_care"], ada["emergency_contact"]) == ("walking", "'+47 555 01 23")
    assert INSTANT.fullmatch(ada["aboard_at"])
    assert not rows[0]["aboard_at"]


async def test_vehicles_are_listed_with_what_they_take_of_a_lane(boarding):
    codes = await boarding.book(vehicles=[CAR])
    await boarding.scan(codes[1, "v1"])

    (car,) = await table(boarding, "manifest/vehicles.csv")

    assert (car["kind"], car["plate"], car["length_cm"]) == ("car", "AB 12345", "450")
    assert INSTANT.fullmatch(car["aboard_at"])


async def test_a_name_is_no_formula(boarding):
    await boarding.book([{**ADA, "given_name": "=HYPERLINK(1)"}])

    (row,) = await table(boarding, "manifest.csv")

    assert row["given_name"] == "'=HYPERLINK(1)"


async def test_the_single_window_message_has_everybody_on_board(boarding):
    codes = await boarding.book([KNOWN, BO])
    await boarding.scan(codes[1, "p1"])

    root = ET.fromstring(await text(boarding, "manifest.xml?incomplete=yes"))

    (person,) = root.iter("OnboardPerson")
    assert person.findtext("FamilyName") == "Lund"
    assert person.findtext("GenderCode") == "2"
    assert person.findtext("NationalityCountryCode") == "NOR"
    assert person.findtext("EmbarkationLocationCode") == "NOOSL"


async def test_the_page_says_what_was_declared_and_when_it_is_no_longer_true(boarding):
    codes = await boarding.book()
    await boarding.scan(codes[1, "p1"])
    assert "No count is declared yet" in await text(boarding, "manifest")

    await boarding.post("close", {"people": 1, "vehicles": 0})
    declared = await text(boarding, "manifest")
    assert "1 people (1 adults, 0 children, 0 infants)" in declared
    assert "Count again" not in declared

    async with boarding.res.db.acquire() as conn:
        await conn.execute(
            "insert into admission (id, booking_id, leg_number, holder, sailing_id, quay, gate,"
            " admitted_at) select gen_random_uuid(), booking_id, leg_number, 'p2', sailing_id,"
            " 'north', '1', now() from admission"
        )
    assert "Count again" in await text(boarding, "manifest")


async def test_who_is_aboard_without_a_valid_ticket_is_on_it(boarding):
    codes = await boarding.book([ADA])
    await boarding.scan(codes[1, "p1"])
    async with boarding.res.db.acquire() as conn:
        await conn.execute("update booking set status = 'cancelled'")

    (row,) = await table(boarding, "manifest.csv")

    assert row["family_name"] == "Lund"


async def test_what_is_erased_is_on_no_form_of_it(boarding):
    await boarding.book([KNOWN])
    async with boarding.res.db.acquire() as conn:
        await conn.execute(
            "update passenger set birth_date = null, gender = null, nationality = null,"
            " assistance = null, assistance_note = null"
        )
        await conn.execute("update booking set documents_erased_at = now()")

    assert "erased" in await text(boarding, "manifest")
    (row,) = await table(boarding, "manifest.csv")
    assert row["birth_date"] == row["nationality"] == row["special_care"] == ""


async def test_every_reading_is_in_the_audit_log(boarding):
    await boarding.book()
    forms = ("manifest", "manifest.csv", "manifest/vehicles.csv", "manifest.xml?incomplete=yes")
    for path in forms:
        await text(boarding, path)

    async with boarding.res.db.acquire() as conn:
        rows = await conn.fetch(
            "select detail->>'form' as form, (detail->>'people')::int as people from audit"
            " where action = 'manifest_read' order by at, id"
        )
    assert [row["form"] for row in rows] == ["page", "csv", "vehicles", "emswe"]
    assert {row["people"] for row in rows} == {2}


async def test_who_may_not_read_it_does_not(boarding):
    headers = await signed_in.token(boarding.res, "agent")
    for path in ("manifest", "manifest.csv", "manifest/vehicles.csv", "manifest.xml"):
        async with boarding.client.get(f"{address(boarding)}/{path}", headers=headers) as answer:
            assert answer.status == 403


async def test_the_day_shows_how_far_boarding_has_come(boarding):
    codes = await boarding.book([KNOWN, BO])
    await boarding.scan(codes[1, "p1"])

    async with boarding.client.get(
        f"/admin/boarding?day={local_day(20)}", headers=boarding.crew
    ) as answer:
        page = await answer.text()

    assert "1 of 2 aboard" in page
    assert "1 needs help" in page


@pytest.mark.parametrize(
    ("hours", "ahead", "left"),
    [(-3, [0, 1, 2], []), (4, [2], [0, 1]), (9, [0, 1, 2], [])],
    ids=["before all", "between", "after all"],
)
def test_what_left_hours_ago_makes_room_for_what_is_boarded(hours, ahead, left):
    """Of a day that is over every sailing stands in the list; a late ship does for two hours."""
    began = datetime(2027, 5, 31, 6, tzinfo=UTC)
    day: list[Any] = [
        SimpleNamespace(departs_at=began + n * timedelta(hours=1.5)) for n in range(3)
    ]
    nobody: Any = None

    view = day_view(began.date(), day, nobody, began + timedelta(hours=hours))

    assert [day.index(one) for one in view.sailings] == ahead
    assert [day.index(one) for one in view.left] == left


def address(boarding):
    """Where the pages of this sailing are."""
    return f"/boarding/{boarding.sailing}"


async def text(boarding, path):
    """What the crew reads there; no cache keeps it."""
    async with boarding.client.get(f"{address(boarding)}/{path}", headers=boarding.crew) as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        return await answer.text()


async def table(boarding, path):
    """The lines of a CSV file."""
    body = await text(boarding, path)
    return list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))
