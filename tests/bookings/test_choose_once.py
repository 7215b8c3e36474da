"""A disruption whose parties, places or sailing are others by the time that somebody acts."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from maritime_app.bookings import rights, service as bookings
from maritime_app.bookings.changes import completion, service as changes
from maritime_app.bookings.disruptions import (
    choices,
    jobs,
    offers,
    remote,
    rules,
    service,
    store,
    writers,
    writing,
)
from maritime_app.bookings.disruptions.offers import Wish
from maritime_app.bookings.disruptions.states import PartyEvent
from maritime_app.bookings.disruptions.store import PartyKey
from maritime_app.bookings.model import DisruptionKind
from maritime_app.bookings.push.service import News
from maritime_app.errors import Conflict, Unavailable
from maritime_app.ferries.model import OperatorKind, SailingStatus
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, CancelRequest, ChangeReason
from tests.booked import confirmed_in_rows
from tests.factories import a_return, a_sailing, an_ask, book
from tests.rows import execute, value, values

fake: Any = SimpleNamespace  # what has the fields that a rule asks for

HOUSE = ActingStaff()
NOTHING_TO_DO = "0 settled, 0 asked again, 0 waiting, 0 reminded, 0 late"


@pytest.fixture
async def gone(client, resources):
    """A party whose sailing in five days does not go; nobody has written to it yet."""
    sailing = await a_sailing(resources.db, days_ahead=5)
    await a_sailing(resources.db, days_ahead=6)
    booking = await confirmed_in_rows(resources, await book(client, an_ask(sailing)))
    asked = CancelRequest(1, ChangeReason.TECHNICAL, "")
    await operations.cancel(resources, HOUSE, sailing, asked)
    assert "everybody" in await service.follow(resources, sailing, 2)
    return booking


@pytest.fixture
async def offered(resources, gone):
    """The same with its offer: places are held on the next sailing. Its key."""
    disruption_id = await value(resources, "select id from disruption")
    assert await writers.write_to_parties(resources, disruption_id) == "1 written to"
    return PartyKey(disruption_id, gone.id)


async def test_it_works(resources, offered):
    """Who has answered is neither reminded nor called, and chooses nothing again."""
    await choices.refund(resources, offered.booking_id)

    await service.remind(resources, offered)
    await service.pass_deadline(resources, offered)
    with pytest.raises(Conflict, match="nothing to choose"):
        await choices.refund(resources, offered.booking_id)
    with pytest.raises(Conflict, match="nothing to choose"):
        booking = await bookings.by_id(resources, offered.booking_id)
        await choices.rebook(resources, booking, "NDL~S1")

    assert await mails(resources, "disruption_reminder") == 0
    assert await values(resources, "select status from disrupted_party") == ["refunded"]


async def test_a_version_is_followed_once_and_only_the_newest(client, resources, gone):
    sailing_id = UUID(gone.legs[0].sailing_id)
    assert await service.follow(resources, sailing_id, 1) == "a newer version is followed"
    assert await service.follow(resources, UUID(int=5), 1) == "a newer version is followed"
    assert await service.follow(resources, sailing_id, 2) == "nothing to tell"
    async with resources.db.transaction() as conn:
        state = await store.sailing_state(conn, sailing_id)
        assert not await service.begin(conn, state, DisruptionKind.CANCELLED)
        await conn.execute("update disrupted_party set status = 'moving'")
        with pytest.raises(Unavailable):
            await service.begin(conn, state, DisruptionKind.CANCELLED)


async def test_a_hold_on_what_does_not_go_ends_now(client, resources):
    sailing = await a_sailing(resources.db, days_ahead=5)
    await book(client, an_ask(sailing))
    await operations.cancel(resources, HOUSE, sailing, CancelRequest(1, ChangeReason.TECHNICAL, ""))

    await service.follow(resources, sailing, 2)

    assert await values(resources, "select expires_at <= now() from booking") == [True]
    expiring = "select count(*) from job where task = 'bookings.expire_holds'"
    assert await values(resources, expiring) == [1]


async def test_who_has_cancelled_meanwhile_is_not_written_to(resources, gone):
    await execute(resources, "update booking set status = 'cancelled'")
    disruption_id = await value(resources, "select id from disruption")

    await writers.write_to_parties(resources, disruption_id)

    assert await values(resources, "select status from disrupted_party") == ["ended"]
    assert await mails(resources, "disruption_offer") == 0


async def test_a_writer_whose_time_is_over_leaves_the_rest(resources, gone, monkeypatch):
    disruption_id = await value(resources, "select id from disruption")
    monkeypatch.setattr(writers, "_LONGEST_SECONDS", 0.0)
    assert await writers.write_to_parties(resources, disruption_id) == "0 written to"
    monkeypatch.undo()

    async def no_database(*_any):
        raise ConnectionError("gone")

    monkeypatch.setattr(store, "next_waiting", no_database)
    with pytest.raises(ConnectionError):
        await writers.write_to_parties(resources, disruption_id)

    assert await values(resources, "select status from disrupted_party") == ["waiting"]
    assert await jobs.look_after_disruptions(resources) == (
        "0 settled, 0 asked again, 1 waiting, 0 reminded, 0 late"
    )


async def test_a_mail_is_written_to_those_that_are_told(resources, offered):
    """Somebody else told them: not once more, and no browser either."""
    async with resources.db.transaction() as conn:
        disruption = await store.disruption(conn, offered.disruption_id)
        sailing = await store.sailing_state(conn, disruption.sailing_id)
        booking = await bookings.by_id(resources, offered.booking_id)
        party: Any = writing.affected(disruption, sailing, booking)
        await writing.write_to(conn, resources, disruption, [party])
        assert await store.apply(conn, offered, PartyEvent.OFFER) is False
        await conn.execute("update disrupted_party set remind_at = now()")
        until = datetime.now(UTC) + timedelta(days=1)
        for _again in range(2):
            await writing.remind(conn, resources, party, None, until)

    assert await mails(resources, "disruption_offer") == 1
    assert await mails(resources, "disruption_reminder") == 1


async def test_who_has_answered_for_one_way_is_asked_for_the_other_too(client, resources):
    """Both ways are cancelled: the newer question takes the older one's place until it is over."""
    out, back = (
        await a_sailing(resources.db, days_ahead=5),
        await a_return(resources.db, days_ahead=8),
    )
    later = await a_return(resources.db, days_ahead=9)
    booking = await confirmed_in_rows(resources, await book(client, an_ask(out, back)))
    for sailing in (out, back):
        await operations.cancel(
            resources, HOUSE, sailing, CancelRequest(1, ChangeReason.WEATHER, "")
        )
        await service.follow(resources, sailing, 2)
        await written(resources)
    assert await statuses(resources) == ["superseded", "offered"]
    assert await jobs.look_after_disruptions(resources) == NOTHING_TO_DO

    await choices.rebook(resources, booking, str(later))
    assert "1 asked again, 1 waiting" in await jobs.look_after_disruptions(resources)
    await written(resources)

    assert await statuses(resources) == ["offered", "moved"]
    booking = await bookings.by_id(resources, booking.id)
    assert (await choices.choice(resources, booking)).leg == 1
    assert await mails(resources, "disruption_offer") == 3
    await choices.refund(resources, booking.id)
    assert await jobs.look_after_disruptions(resources) == NOTHING_TO_DO


async def test_who_stands_on_a_cancelled_sailing_unasked_is_asked(resources, offered):
    """By whatever road they came: nobody is forgotten."""
    await execute(resources, "delete from disrupted_party")

    assert "1 asked again, 1 waiting" in await jobs.look_after_disruptions(resources)

    assert await statuses(resources) == ["waiting"]


async def test_a_deadline_passes_once(resources, offered):
    """Without held places there is nothing to withdraw; a party that moves is left alone."""
    await execute(resources, "update disrupted_party set change_id = null, status = 'moving'")
    await service.pass_deadline(resources, offered)
    assert await values(resources, "select count(*) from alert") == [0]

    await execute(resources, "update disrupted_party set status = 'offered'")
    await service.pass_deadline(resources, offered)
    await service.pass_deadline(resources, offered)

    assert await values(resources, "select status from disrupted_party") == ["overdue"]
    assert await values(resources, "select kind from alert") == ["disruption_unanswered"]


async def test_what_cannot_be_chosen(resources, offered, monkeypatch):
    """A ship that does not go, places that others took, a booking that changed meanwhile."""
    (booking,) = [await bookings.by_id(resources, offered.booking_id)]
    with pytest.raises(Conflict, match="does not go"):
        await choices.keep(resources, booking.id)
    await execute(resources, "update booking_change set from_version = from_version + 1")
    other = await value(resources, "select id::text from sailing order by departs_at desc")

    async def none(*_any, **_named):
        return None

    async def no(*_any, **_named):
        return False

    with monkeypatch.context() as patched:
        patched.setattr(changes, "hold", none)
        assert await refusal(choices.rebook(resources, booking, other)) == "sold_out"
    with monkeypatch.context() as patched:
        patched.setattr(completion, "apply", no)
        assert await refusal(choices.rebook(resources, booking, other)) == "booking_changed"
    with monkeypatch.context() as patched:
        patched.setattr(changes, "hold", none)
        patched.setattr(rights, "unmade", lambda *_any: [])
        assert await refusal(choices.refund(resources, booking.id)) == "sold_out"

    await choices.rebook(resources, booking, other)
    assert await values(resources, "select status from disrupted_party") == ["moved"]


async def test_a_remote_operators_hold_goes_back_where_the_choice_is_over(
    resources, offered, monkeypatch
):
    booking, released = await bookings.by_id(resources, offered.booking_id), []
    held = fake(operator_key="K", public_id="NDL~S1")

    async def hold(*_any):
        await execute(resources, "update disrupted_party set status = 'kept'")
        return held

    async def release(_res, leg):
        released.append(leg.operator_key)

    monkeypatch.setattr(remote, "hold", hold)
    monkeypatch.setattr(remote, "release", release)

    assert await refusal(choices.rebook(resources, booking, "NDL~S1")) == "nothing_to_choose"
    assert released == ["K"]


async def test_others_may_take_the_last_places_and_not_for_ever(resources, gone, monkeypatch):
    tries = []

    async def taken(*_any):
        tries.append(1)

    monkeypatch.setattr(changes, "hold_all", taken)
    async with resources.db.transaction() as conn:
        with pytest.raises(Unavailable):
            wish = Wish(gone, gone.legs[0])
            await offers.propose(conn, resources, UUID(gone.legs[0].sailing_id), [wish])
    assert len(tries) == offers._MOST_TRIES


async def test_another_operators_sailings_are_asked_for_when_somebody_looks():
    leg = fake(operator=fake(kind=OperatorKind.REMOTE))
    nothing: Any = None
    assert await offers.alternatives(nothing, nothing, nothing, leg) == []


@pytest.mark.parametrize(
    ("status", "late", "told", "kind"),
    [
        (SailingStatus.CANCELLED, 0, None, DisruptionKind.CANCELLED),
        (SailingStatus.CANCELLED, 0, DisruptionKind.CANCELLED, None),
        (SailingStatus.CANCELLED, 0, DisruptionKind.DELAYED, DisruptionKind.CANCELLED),
        (SailingStatus.DEPARTED, 200, None, None),
        (SailingStatus.SCHEDULED, 0, None, None),
        (SailingStatus.SCHEDULED, 89, None, DisruptionKind.RETIMED),
        (SailingStatus.SCHEDULED, 90, None, DisruptionKind.DELAYED),
        (SailingStatus.SCHEDULED, -90, None, DisruptionKind.DELAYED),
    ],
)
def test_what_passengers_hear_is_a_table(status, late, told, kind):
    sailing = fake(status=status, late_minutes=late)
    before = fake(kind=told, late_minutes=0) if told else None
    assert rules.kind_of(sailing, before, 90) is kind


@pytest.mark.parametrize(
    ("kind", "late", "news"),
    [
        (DisruptionKind.CANCELLED, 0, News.CANCELLED),
        (DisruptionKind.NO_PLACE, 0, News.NO_PLACE),
        (DisruptionKind.DELAYED, 120, News.LATE),
        (DisruptionKind.DELAYED, -120, News.RETIMED),
        (DisruptionKind.RETIMED, 0, News.RETIMED),
    ],
)
def test_a_browser_hears_what_the_mail_says(kind, late, news):
    assert writing._push_news(fake(kind=kind, late_minutes=late)) is news


async def test_the_page_does_what_is_chosen_and_says_what_cannot_be(client, resources, offered):
    booking = await bookings.by_id(resources, offered.booking_id)
    token = bookings.token_of(resources, booking.reference)
    page = f"/bookings/{booking.reference}/disruption"
    async with client.get(f"{page}?token={token}") as shown:
        (csrf, *_more) = re.findall(r'name="csrf_token" value="([^"]+)"', await shown.text())
    async with client.post(page, data={"csrf_token": csrf, "act": "keep"}) as answer:
        assert (answer.status, "does not go" in await answer.text()) == (409, True)
    async with client.post(page, data={"csrf_token": csrf, "act": "refund"}) as answer:
        assert answer.status == 200

    assert await values(resources, "select status from booking") == ["cancelled"]


async def test_only_the_same_way_of_the_same_operator_is_held_elsewhere(monkeypatch):
    """A sailing of that operator that goes somewhere else."""
    oslo, kiel = fake(code="NOOSL"), fake(code="DEKEL")
    there = fake(origin=kiel, destination=oslo)

    class Seller:
        async def sailing(self, _id):
            return there

    monkeypatch.setattr(remote, "source_of", lambda *_any: Seller())
    leg = fake(operator=fake(code="NDL"), sailing_id="NDL~S1", origin=oslo, destination=kiel)
    nothing: Any = None
    assert await refusal(remote.hold(nothing, nothing, leg, "NDL~S2")) == "not_offered"


async def refusal(choosing):
    with pytest.raises(Conflict) as refused:
        await choosing
    return refused.value.code


async def written(res):
    """Let whoever waits be written to."""
    for disruption_id in await values(res, "select id from disruption"):
        await writers.write_to_parties(res, disruption_id)


async def statuses(res):
    """Of every party, by when its sailing leaves."""
    return await values(
        res,
        "select p.status from disrupted_party p join disruption d on d.id = p.disruption_id"
        " join sailing s on s.id = d.sailing_id order by s.departs_at",
    )


async def mails(res, template):
    return await value(res, f"select count(*) from mail where template = '{template}'")
