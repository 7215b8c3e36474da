"""What is over is given back to each operator that sold a part of it."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from maritime_app.bookings import service as bookings
from maritime_app.bookings.changes import completion, service as changes, store
from maritime_app.bookings.changes.model import Draft, GivenUp
from maritime_app.bookings.changes.orders import content as contents
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.open_change import ChangeOrigin
from maritime_app.errors import Unavailable
from tests.booked import confirmed_in_rows
from tests.factories import a_return, a_sailing, an_ask, book
from tests.rows import execute


class SilentAtFirst:
    """Operators, of whom the one that is asked first does not answer."""

    def __init__(self):
        self.asked = []

    async def cancel(self, key):
        self.asked.append(key)
        if len(self.asked) == 1:
            raise Unavailable("The operator does not answer.")
        return True


@pytest.fixture
async def confirmed(client, resources):
    """A way out and back, paid and confirmed."""
    out, back = await a_sailing(resources.db), await a_return(resources.db, days_ahead=25)
    return await confirmed_in_rows(resources, await book(client, an_ask(out, back)))


async def test_it_works(resources, confirmed, monkeypatch):
    """One operator is silent: the other has its leg back, and then that one is asked again."""
    there = SilentAtFirst()
    monkeypatch.setattr(
        confirmation, "source_of_leg", lambda _res, _booking, leg: (there, str(leg.number))
    )
    await execute(resources, "update booking set status = 'cancelled', ended_at = now()")

    with pytest.raises(Unavailable, match="1 given back; an operator did not answer for 1"):
        await confirmation.cancel_with_operators(resources, confirmed.id)

    assert sorted(there.asked) == ["1", "2"]
    done = await confirmation.cancel_with_operators(resources, confirmed.id)
    assert done == "2 given back"


async def test_what_a_change_replaced_likewise(resources, confirmed, monkeypatch):
    there = SilentAtFirst()
    monkeypatch.setattr(completion, "remote_operator", lambda _res, _code: there)
    change = await replaced(resources, await bookings.by_id(resources, confirmed.id))

    with pytest.raises(Unavailable, match="1 given back; an operator did not answer for 1"):
        await completion.give_up_legs(resources, change.id)

    assert sorted(there.asked) == ["OLD-1", "OLD-2"]
    assert await completion.give_up_legs(resources, change.id) == "2 given up"


async def replaced(res, booking):
    """A change that was carried out and has replaced two legs of an operator."""
    given_up = (GivenUp("NDL", "OLD-1"), GivenUp("NDL", "OLD-2"))
    async with res.db.transaction() as conn:
        reserved = await store.reserved_legs(conn, booking.id)
        content = replace(contents.as_it_is(booking, reserved), given_up=given_up)
        until = datetime.now(UTC) + timedelta(hours=1)
        draft = Draft(content, booking.total_minor)
        change = await changes.hold(conn, res, booking, draft, ChangeOrigin.STAFF, until)
        assert change is not None
        await completion.decide(conn, res, change)
    return change
