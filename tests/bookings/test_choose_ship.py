"""Staff choose another ship on the page, programs by the API; what cannot be is refused."""

from uuid import UUID

import pytest

from maritime_app.bookings.ship_changes import service as ship_changes
from maritime_app.bookings.ship_changes.model import ShipRequest
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound
from maritime_app.ferries.model import SailingStatus
from maritime_app.ferries.operations.model import (
    ActingStaff,
)
from tests import signed_in
from tests.booked import (
    taken,
)
from tests.factories import a_sailing, an_ask, book
from tests.other_ship import HOUSE, a_ship, booked, change
from tests.rows import execute, value, values


async def test_it_works(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=1)
    losing = await booked(client, resources, an_ask(sailing))
    await signed_in.come_in(client, resources, "operator")
    page = f"/admin/sailings/{sailing}"
    async with client.get(page) as answer:
        assert f'href="{page}/ship"' in await answer.text()
    token = await signed_in.csrf(client, f"{page}/ship?ship=POL")
    async with client.get(f"{page}/ship?ship=POL") as answer:
        text = await answer.text()
        assert losing.reference in text
        assert "1 party has no place" in text
    form = {"csrf_token": token, "version": "1", "ship": "POL", "losing": "0", "note": "Dock."}

    async with client.post(f"{page}/ship", data=form) as answer:
        assert answer.status == 409
        assert "Dock." in await answer.text()
    async with client.post(f"{page}/ship", data=form | {"losing": "one"}) as answer:
        assert answer.status == 422
    async with client.post(f"{page}/ship", data=form | {"losing": "1"}) as answer:
        assert answer.status == 200
        assert "Another ship sails." in await answer.text()
    async with client.post(f"{page}/ship", data=form | {"losing": "1"}) as answer:
        assert answer.status in (409, 422)  # it sails already


async def test_before_a_ship_is_chosen_nothing_is_promised(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=1)
    losing = await booked(client, resources, an_ask(sailing))
    await signed_in.come_in(client, resources, "operator")
    async with client.get(f"/admin/sailings/{sailing}/ship") as answer:
        text = await answer.text()
        assert answer.status == 200
    assert "Polaris" in text
    assert losing.reference not in text
    assert 'name="losing"' not in text


async def test_programs_do_the_same(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=1)
    await booked(client, resources, an_ask(sailing))
    staff = await signed_in.token(resources, "operator")
    url = f"/api/v1/sailings/{sailing}/ship"
    async with client.get(f"{url}s", headers=staff) as answer:
        assert [one["ship"] for one in (await answer.json())["ships"]] == ["POL"]
    async with client.get(f"{url}?ship=POL", headers=staff) as answer:
        seen = await answer.json()
    body = {"version": seen["version"], "ship": seen["ship"], "losing": len(seen["losing"])}

    async with client.post(url, json=body, headers=staff) as answer:
        assert answer.status == 200, await answer.text()
        assert (await answer.json())["ferry"] == "Polaris"

    looking_only = await signed_in.token(resources, "boarding")
    async with client.post(url, json=body, headers=looking_only) as answer:
        assert answer.status == 403


async def test_what_cannot_be(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100)
    await a_ship(resources.db, passengers=None, code="UNK")
    foreign = ActingStaff(operator_id=UUID(int=1))
    for who, ship, refusal in (
        (HOUSE, "AUR", Invalid),  # it sails already
        (HOUSE, "QQQ", Invalid),
        (HOUSE, "UNK", Invalid),  # what it carries is not known
        (foreign, "POL", Forbidden),
    ):
        with pytest.raises(refusal):
            await ship_changes.preview(resources, who, sailing, ship)
    with pytest.raises(NotFound):
        await ship_changes.preview(resources, HOUSE, UUID(int=1), "POL")
    await change(resources, sailing, losing=0)
    with pytest.raises(Conflict):
        await ship_changes.change_ship(resources, HOUSE, sailing, ShipRequest(1, "AUR", 0))


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        (SailingStatus.SCHEDULED, True),
        (SailingStatus.CLOSED, True),
        (SailingStatus.CANCELLED, False),
        (SailingStatus.DEPARTED, False),
    ],
)
async def test_in_which_states(client, resources, status, possible):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100)
    await booked(client, resources, an_ask(sailing))
    await execute(resources, f"update sailing set status = '{status}'")

    if possible:
        assert (await change(resources, sailing, losing=0)).status is status
        return
    with pytest.raises(Conflict):
        await change(resources, sailing, losing=0)


async def test_not_once_it_has_left_or_somebody_is_aboard(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100)
    booking = await booked(client, resources, an_ask(sailing))
    await execute(
        resources,
        "insert into admission (id, booking_id, leg_number, holder, sailing_id, gate, admitted_at)"
        f" values (gen_random_uuid(), '{booking.id}', 1, 'p1', '{sailing}', 'A', now())",
    )
    with pytest.raises(Conflict) as refused:
        await change(resources, sailing, losing=0)
    assert refused.value.code == "boarded"
    await execute(resources, "update admission set undone_at = now()")
    await execute(resources, "update sailing set departs_at = now() - interval '1 minute'")
    with pytest.raises(Conflict):
        await change(resources, sailing, losing=0)


@pytest.mark.parametrize(
    "booking_status", ["held", "paid", "confirming", "confirmed", "expired", "cancelled", "refused"]
)
async def test_whoever_stands_in_any_state(client, resources, booking_status):
    """Only who has places loses them; who has paid is asked, whose hold it was is let go."""
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=1)
    await book(client, an_ask(sailing))
    ended = booking_status in ("expired", "cancelled", "refused")
    await execute(resources, f"update booking set status = '{booking_status}'")
    if ended:
        await execute(resources, "delete from leg_capacity; update capacity set taken = 0")

    await change(resources, sailing, losing=0 if ended else 1)

    after = "expired" if booking_status == "held" else booking_status
    assert await values(resources, "select status from booking") == [after]
    asked = 1 if booking_status in ("paid", "confirming", "confirmed") else 0
    assert await value(resources, "select count(*) from disrupted_party") == asked
    assert (await taken(resources.db, sailing)).get("passenger", 0) == 0
