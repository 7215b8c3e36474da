"""The sailing that was held for a party is cancelled, too: it is written to anew, once."""

import pytest

from maritime_app.bookings.disruptions import choices, jobs, service, writers
from maritime_app.errors import Conflict
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, CancelRequest, ChangeReason
from tests.booked import confirmed_in_rows, taken
from tests.factories import BO, a_sailing, an_ask, book
from tests.killed import Death, Killed
from tests.rows import execute, value, values

HOUSE = ActingStaff()
OFFERS = "select context from mail where template = 'disruption_offer' order by created_at, id"
HELD_ON = (
    "select h.sailing_id from disrupted_party p"
    " join booking_change c on c.id = p.change_id and c.status = 'held'"
    " join change_capacity h on h.change_id = c.id where p.status = 'offered'"
)


class Line:
    """Sailings of three days, and parties on the first; the second one is held for them."""

    def __init__(self, res, client):
        self.res, self.client = res, client

    async def begin(self, parties=1, days=(5, 6, 7)):
        self.sailings = [await a_sailing(self.res.db, days_ahead=day) for day in days]
        self.gone, self.held, *self.later = self.sailings
        asks = [an_ask(self.gone, people=[BO]) for _party in range(parties)]
        self.booked = [
            await confirmed_in_rows(self.res, await book(self.client, ask)) for ask in asks
        ]
        await self.cancel(self.gone)
        await self.follow(self.gone)
        assert await values(self.res, HELD_ON) == [self.held] * parties
        return self

    async def cancel(self, sailing):
        asked = CancelRequest(1, ChangeReason.TECHNICAL, "")
        await operations.cancel(self.res, HOUSE, sailing, asked)

    async def follow(self, sailing):
        """What the job after a cancellation and the writers do, for everybody who waits."""
        await service.follow(self.res, sailing, 2)
        await self.write()

    async def write(self):
        waiting = "select distinct disruption_id from disrupted_party where status = 'waiting'"
        for disruption_id in await values(self.res, waiting):
            await writers.write_to_parties(self.res, disruption_id)


@pytest.fixture
async def line(client, resources):
    """Sailings of three days and a party on the first, which was cancelled."""
    return await Line(resources, client).begin()


async def test_it_works(resources, line):
    await line.cancel(line.held)
    await line.follow(line.held)

    assert await values(resources, HELD_ON) == line.later
    assert (await taken(resources.db, line.held))["passenger"] == 0
    assert (await taken(resources.db, line.later[0]))["passenger"] == 1
    first, second = [context["news"] for context in await values(resources, OFFERS)]
    assert (first["held_cancelled"], second["held_cancelled"]) == (False, True)
    assert first["held"]["departs_at"] < second["held"]["departs_at"]
    (booking,) = line.booked
    await choices.rebook(resources, booking, str(line.later[0]))
    assert await values(resources, "select status from disrupted_party") == ["moved"]


async def test_where_nothing_else_sails_the_mail_says_so(resources, client):
    line = await Line(resources, client).begin(days=(5, 6))

    await line.cancel(line.held)
    await line.follow(line.held)

    assert await values(resources, HELD_ON) == []
    news = (await values(resources, OFFERS))[-1]["news"]
    assert (news["held_cancelled"], news["none_suits"], news["held"]) == (True, True, None)
    (booking,) = line.booked
    choice = await choices.choice(resources, booking)
    assert (choice.alternatives, choice.may_choose) == ((), True)
    assert await choices.refund(resources, booking.id) == booking.total_minor


async def test_again_and_again(resources, client):
    """Each sailing that is held goes, too: a mail for each, and none for a look that finds none."""
    line = await Line(resources, client).begin(days=(5, 6, 7, 8))

    for sailing in line.sailings[1:3]:
        await line.cancel(sailing)
        await line.follow(sailing)
        await line.follow(sailing)
        await jobs.look_after_disruptions(resources)
        await line.write()

    assert await values(resources, HELD_ON) == [line.sailings[3]]
    assert len(await values(resources, OFFERS)) == 3


async def test_the_look_finds_who_was_busy_just_then(resources, line):
    """Somebody holds the booking while the cancellation is followed: the next look is in time."""
    (booking,) = line.booked
    await line.cancel(line.held)
    async with resources.db.transaction() as conn:
        await conn.execute("select from booking where id = $1 for update", booking.id)
        await service.follow(resources, line.held, 2)
    assert await values(resources, "select status from disrupted_party") == ["offered"]

    assert "1 asked again, 1 waiting" in await jobs.look_after_disruptions(resources)
    await line.write()

    assert await values(resources, HELD_ON) == line.later


async def test_who_has_answered_is_not_asked(resources, line):
    (booking,) = line.booked
    await choices.rebook(resources, booking, str(line.later[0]))

    await line.cancel(line.held)
    await line.follow(line.held)

    assert await values(resources, "select status from disrupted_party") == ["moved"]
    assert len(await values(resources, OFFERS)) == 1


async def test_nobody_takes_what_is_gone_before_they_are_asked_again(resources, line):
    (booking,) = line.booked
    await line.cancel(line.held)
    await service.follow(resources, line.held, 2)

    with pytest.raises(Conflict):
        await choices.rebook(resources, booking, str(line.held))
    await line.write()

    assert await values(resources, HELD_ON) == line.later


async def test_each_offer_is_reminded_of(resources, line):
    async def remind():
        await execute(resources, "update disrupted_party set remind_at = now()")
        await jobs.look_after_disruptions(resources)
        await jobs.look_after_disruptions(resources)
        sent = "select count(*) from mail where template = 'disruption_reminder'"
        return await value(resources, sent)

    assert await remind() == 1
    await line.cancel(line.held)
    await line.follow(line.held)

    assert await remind() == 2


@pytest.mark.parametrize("before", [True, False])
async def test_killed_at_every_step(resources, client, monkeypatch, before):
    """Everybody has one mail more and places on one sailing, wherever the process dies."""
    monkeypatch.setattr(writers, "_AT_ONCE", 1)  # steps are counted one after the other
    monkeypatch.setattr(writers, "_BATCH", 2)  # of three parties
    death = Death(monkeypatch)
    death.install()
    step = 1
    while await died_at(resources, client, death, step, before):
        step += 1
    assert step > 4


async def died_at(res, client, death, step, before):
    """Cancel what is held for three parties, dying once at that step; say whether there was one."""
    await execute(res, "update sailing set status = 'closed' where status = 'scheduled'")
    line = await Line(res, client).begin(parties=3)
    await line.cancel(line.held)
    death.arm(step, before=before)
    try:
        await line.follow(line.held)
    except Killed:
        await line.follow(line.held)  # as the ledger of jobs does it again
    happened = death.at == 0
    death.arm(0, before=before)
    await jobs.look_after_disruptions(res)
    await line.write()

    assert await values(res, HELD_ON) == line.later * 3
    assert (await taken(res.db, line.held))["passenger"] == 0
    assert (await taken(res.db, line.later[0]))["passenger"] == 3
    for booking in line.booked:
        offers = [one["reference"] for one in await values(res, OFFERS)]
        assert offers.count(booking.reference) == 2
        await choices.refund(res, booking.id)  # nobody is left for the next step
    return happened
