"""What is said of a booking: every state that money and places can be in, in every language, on
every surface. No sentence may be untrue.
"""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from maritime_app import i18n
from maritime_app.bookings.model import (
    Asked,
    Booking,
    BookingStatus,
    DisruptionKind,
    Leg,
    PartyStatus,
    Passenger,
)
from maritime_app.bookings.open_change import ChangeOrigin, ChangeStatus, OpenChange
from maritime_app.bookings.story.model import MoneyState, Situation, Step
from maritime_app.bookings.story.standing import Standing
from maritime_app.bookings.story.words import tell, tell_of_hold
from maritime_app.ferries.model import Operator, OperatorKind, PassengerKind, Place, SailingStatus
from maritime_app.money import Money
from maritime_app.payments.model import (
    Dispute,
    DisputeDecision,
    Payment,
    PaymentStatus,
    Refund,
    RefundMethod,
    RefundOrigin,
    RefundStatus,
)

NOW = datetime(2027, 5, 20, 12, 0, tzinfo=UTC)
LANGUAGES = ("en", "de", "el", "fr", "it", "ar")
TOTAL = 9100
LATE = timedelta(hours=3)
NOT_CHARGED = "Nothing was charged"
# Every combination of these, as long as it can come about.
STATUSES = tuple(BookingStatus)
PAID = ("no", "declined", "once", "twice")
REFUNDS = (None, *RefundStatus, "elsewhere", "dashboard")
DISPUTES = (None, "open", "lost", "lost, honoured", "won")
TIMES = ("ahead", "overdue", "departed", "arrived")
# What has become of the sailing; only a confirmed booking has anything to choose.
SAILINGS = (
    *(None, "late", "later arrival", "late, choose", "cancelled", "no place", "moving"),
    "just cancelled",  # nobody has been asked yet what becomes of it
    *("cancelled, held", "cancelled, waiting", "late, waiting"),
)
GONE = ("cancelled", "cancelled, held", "cancelled, waiting", "just cancelled", "no place")
# Whether a change of a confirmed booking is open.
CHANGES = ("change held", "change asked")
ENDED = (BookingStatus.EXPIRED, BookingStatus.REFUSED, BookingStatus.CANCELLED)
NEEDS_MONEY = (
    BookingStatus.PAID,
    BookingStatus.CONFIRMING,
    BookingStatus.CONFIRMED,
    BookingStatus.REFUSED,
)


def test_it_works():
    told = tell(standing(BookingStatus.CONFIRMED, "once"))

    assert (told.situation, told.headline) == (Situation.CONFIRMED, "Everything is confirmed")
    assert told.next_steps == (Step.SHOW_TICKET, Step.FOLLOW, Step.CHANGE, Step.CANCEL)
    assert told.money == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_new_hold_the_same_is_said_as_is_found_later(language):
    known = standing(BookingStatus.HELD, "no")
    fresh = msgspec.structs.replace(known, payments=(), now=known.booking.created_at)

    with i18n.using(language):
        assert tell_of_hold(fresh.booking) == tell(fresh) == tell(known)


def reachable(status):
    for paid, refund, dispute, time in itertools.product(PAID, REFUNDS, DISPUTES, TIMES):
        arrived = paid in ("once", "twice")
        if (refund or dispute) and not arrived:
            continue
        if not arrived and status in NEEDS_MONEY:
            continue
        yield status, paid, refund, dispute, time, None
        if status is BookingStatus.CONFIRMED and time == "ahead":
            for sailing in (*SAILINGS[1:], *CHANGES):
                yield status, paid, refund, dispute, time, sailing


@pytest.mark.parametrize("status", STATUSES)
def test_no_sentence_is_untrue(status):
    for state in reachable(status):
        known = standing(*state)
        check(known, tell(known), state)
        check(known, tell(with_return(known)), state)


def check(known, told, state):
    status, _paid, _refund, dispute, time, sailing = state
    steps = set(told.next_steps)
    words = f"{told.headline} {told.sentence} {' '.join(line.sentence for line in told.money)}"

    assert told.headline, state
    assert told.sentence, state
    assert "%(" not in words, state
    if known.received_minor:
        assert NOT_CHARGED.lower() not in words.lower(), state
        assert "nothing has been charged" not in words, state
    else:
        assert told.money == (), state
    if time in ("departed", "arrived"):
        assert not {Step.PAY, Step.CANCEL, Step.BOOK_AGAIN} & steps, state
    if Step.SHOW_TICKET in steps:
        assert (status, dispute == "lost") == (BookingStatus.CONFIRMED, False), state
        assert sailing not in (*GONE, "moving"), state
    if dispute != "lost":
        check_choice(words, steps, state, sailing)
    check_acts(known, told, state)


def check_choice(words, steps, state, sailing):
    """Who is asked can answer, and hears of places only where they are held."""
    answered = sailing in ("late, choose", "cancelled", "cancelled, held", "no place")
    prepared = sailing in ("just cancelled", "cancelled, waiting", "late, waiting")
    assert (Step.CHOOSE in steps) == answered, state
    assert ("We are looking for another sailing for you." in words) == prepared, state
    assert ("are held for you until" in words) == (sailing == "cancelled, held"), state
    assert ("No places are held for you" in words) == (sailing in ("cancelled", "no place")), state
    assert "hoose another" not in words, state


def check_acts(known, told, state):
    status, _paid, _refund, dispute, time, sailing = state
    steps = set(told.next_steps)
    if {Step.CHANGE, Step.PAY_CHANGE} & steps:
        assert (status, sailing in (None, "late", "later arrival", "change held")) == (
            BookingStatus.CONFIRMED,
            True,
        ), state
    if Step.PAY in steps:
        assert (status, time != "overdue") == (BookingStatus.HELD, True), state
    if sailing == "just cancelled" and dispute != "lost":
        assert told.situation is Situation.SAILING_GONE, state
    if told.situation is Situation.LATE:
        assert sailing == "late", state
    if known.received_minor and told.situation is Situation.PAYMENT_AWAITED:
        assert steps == {Step.WAIT}, state
    elif status in ENDED:
        assert Step.SEARCH in steps, f"{state}: a wall without a door"


def test_a_ship_that_is_late_at_sea_is_not_over():
    """It landed by the timetable two hours ago; it is expected in an hour."""
    known = standing(BookingStatus.CONFIRMED, "once", time="arrived")
    (leg,) = known.booking.legs
    for lands_at, situation in ((NOW + LATE, "confirmed"), (NOW, "travelled")):
        later = msgspec.structs.replace(leg, expected_arrives_at=lands_at)
        booking = msgspec.structs.replace(known.booking, legs=(later,))
        assert tell(msgspec.structs.replace(known, booking=booking)).situation == situation


def test_what_can_be_done_is_what_will_be_done():
    """A ship that waits in port may be left and changed; one that left early may not."""
    for late, acts in ((LATE, {Step.CANCEL, Step.CHANGE}), (-LATE, set())):
        known = standing(BookingStatus.CONFIRMED, "once")
        (leg,) = known.booking.legs
        departs_at = NOW - late / 2
        leg = msgspec.structs.replace(
            leg, departs_at=departs_at, expected_departs_at=departs_at + late
        )
        booking = msgspec.structs.replace(known.booking, legs=(leg,))
        steps = set(tell(msgspec.structs.replace(known, booking=booking)).next_steps)
        assert steps & {Step.CANCEL, Step.CHANGE} == acts


@pytest.mark.parametrize(("dispute", "state"), [("open", "disputed"), ("lost", "taken_back")])
def test_what_the_bank_holds_or_took_is_said(dispute, state):
    told = tell(standing(BookingStatus.CONFIRMED, "once", dispute=dispute))
    assert [(line.state, line.amount.amount_minor) for line in told.money] == [(state, TOTAL)]
    assert tell(standing(BookingStatus.CONFIRMED, "once", dispute="won")).money == ()


def test_a_dispute_about_money_that_buys_nothing_takes_no_ticket():
    """Charged twice, and the bank took the second charge back: the first one stands."""
    known = standing(BookingStatus.CONFIRMED, "once", dispute="lost")
    assert tell(known).situation == Situation.TICKET_SUSPENDED
    again = msgspec.structs.replace(known.payments[0], id=uuid4(), accepted_at=None)
    (lost,) = known.disputes
    about_again = msgspec.structs.replace(lost, payment_id=again.id)
    twice = msgspec.structs.replace(
        known, payments=[*known.payments, again], disputes=[about_again]
    )
    assert tell(twice).situation == Situation.CONFIRMED


def test_nobody_books_a_cancelled_sailing_again_or_before_the_hold_has_ended():
    ended = standing(BookingStatus.EXPIRED, "no")
    assert Step.BOOK_AGAIN in tell(ended).next_steps
    gone = on("just cancelled", ended.booking)
    assert Step.BOOK_AGAIN not in tell(msgspec.structs.replace(ended, booking=gone)).next_steps
    held = standing(BookingStatus.HELD, "once", RefundStatus.PENDING)
    assert tell(held).next_steps == (Step.SEARCH,)


def test_a_fee_is_said_where_there_is_one():
    known = standing(BookingStatus.CANCELLED, "once")
    assert "fee is €45.50" in tell(known).sentence
    free = msgspec.structs.replace(known.booking, cancel_fee_minor=0)
    assert "There is no fee" in tell(msgspec.structs.replace(known, booking=free)).sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_situation_has_words_of_its_own_in_every_language(language):
    i18n.use(language)
    told: dict[Situation, set[str]] = {}
    for status in STATUSES:
        for state in reachable(status):
            story = tell(standing(*state))
            told.setdefault(story.situation, set()).add(story.headline)
    told[Situation.PAYMENT_AWAITED] = {
        tell(with_return(standing(BookingStatus.HELD, "no"))).headline
    }

    assert set(told) == set(Situation)
    headlines = [headline for headlines in told.values() for headline in headlines]
    assert len(set(headlines)) == len(Situation)


@pytest.mark.parametrize(
    ("refund", "state"),
    [
        (RefundStatus.PENDING, MoneyState.OWED),
        (RefundStatus.REQUESTED, MoneyState.ON_ITS_WAY),
        (RefundStatus.SUCCEEDED, MoneyState.SENT),
        (RefundStatus.FAILED, MoneyState.FAILED),
        ("elsewhere", MoneyState.ELSEWHERE),
        ("dashboard", MoneyState.SENT),
    ],
)
def test_where_the_money_is(refund, state):
    (line,) = tell(standing(BookingStatus.CANCELLED, "once", refund)).money

    assert (line.state, line.amount) == (state, Money(4550, "EUR"))
    assert "45.50" in line.sentence


def test_a_failed_refund_that_was_paid_again_in_parts_shows_what_is_left():
    failed = a_refund(RefundStatus.FAILED)
    part = a_refund(RefundStatus.SUCCEEDED, amount=1000, claim=failed.id)
    known = standing(BookingStatus.CANCELLED, "once", refunds=[failed, part])

    lines = {line.state: line.amount.amount_minor for line in tell(known).money}

    assert lines == {MoneyState.FAILED: 3550, MoneyState.SENT: 1000}


def standing(status, paid, refund=None, dispute=None, time="ahead", sailing=None, refunds=None):
    rows = refunds if refunds is not None else ([a_refund(refund)] if refund else [])
    made = payments(paid)
    about = made[0].id if made else uuid4()
    disputed = [msgspec.structs.replace(a_dispute(dispute), payment_id=about)] if dispute else []
    return Standing(
        booking=on(sailing, a_booking(status, time)),
        payments=made,
        refunds=rows,
        disputes=disputed,
        now=NOW,
        silent_after_seconds=300,
    )


def with_return(known):
    return Standing(
        known.booking,
        known.payments,
        known.refunds,
        known.disputes,
        known.now,
        known.silent_after_seconds,
        at_payment=True,
    )


def on(sailing, booking):
    """The booking when that has become of its sailing."""
    kinds = {
        "late, choose": (DisruptionKind.DELAYED, PartyStatus.OFFERED),
        "cancelled": (DisruptionKind.CANCELLED, PartyStatus.OVERDUE),
        "no place": (DisruptionKind.NO_PLACE, PartyStatus.OFFERED),
        "moving": (DisruptionKind.CANCELLED, PartyStatus.MOVING),
        "cancelled, held": (DisruptionKind.CANCELLED, PartyStatus.OFFERED),
        "cancelled, waiting": (DisruptionKind.CANCELLED, PartyStatus.WAITING),
        "late, waiting": (DisruptionKind.DELAYED, PartyStatus.WAITING),
    }
    (leg,) = booking.legs
    if sailing == "just cancelled":
        leg = msgspec.structs.replace(leg, status=SailingStatus.CANCELLED)
    if sailing == "later arrival":
        times = {
            "expected_departs_at": leg.departs_at,
            "expected_arrives_at": leg.arrives_at + LATE,
        }
        leg = msgspec.structs.replace(leg, **times)
    if sailing in ("late", "late, choose", "late, waiting"):
        times = {"expected_departs_at": leg.departs_at + LATE}
        leg = msgspec.structs.replace(leg, **times)
    asked = Asked(*kinds[sailing], late_minutes=180) if sailing in kinds else None
    changes = {"change held": ChangeStatus.HELD, "change asked": ChangeStatus.ACCEPTED}
    change = None
    if sailing == "cancelled, held":
        until = NOW + timedelta(hours=30)
        change = OpenChange(ChangeOrigin.DISRUPTION, ChangeStatus.HELD, 0, until)
    if sailing in changes:
        until = NOW + timedelta(minutes=9)
        change = OpenChange(ChangeOrigin.CUSTOMER, changes[sailing], 9200, until)
    return msgspec.structs.replace(booking, legs=(leg,), asked=asked, change=change)


def a_booking(status, time):
    leaves = {"departed": -1, "arrived": -30}.get(time, 200)
    oslo = Place("NOOSL", "Oslo", "Europe/Oslo", "NO")
    kiel = Place("DEKEL", "Kiel", "Europe/Berlin", "DE")
    leg = Leg(
        1,
        str(uuid4()),
        oslo,
        kiel,
        NOW + timedelta(hours=leaves),
        NOW + timedelta(hours=leaves + 20),
        Operator("NOR", "Nordic", OperatorKind.HOUSE),
        None,
        None,
        "NOR-1",
        Money(TOTAL, "EUR"),
    )
    return Booking(
        id=uuid4(),
        reference="ABCDEFGH",
        status=status,
        version=1,
        email="ada@maritime.example",
        phone=None,
        language="en",
        currency="EUR",
        total_minor=TOTAL,
        created_at=NOW - timedelta(minutes=20),
        expires_at=NOW + timedelta(minutes=-1 if time == "overdue" else 10),
        paid_at=NOW - timedelta(minutes=10 if time == "overdue" else 1),
        cancel_fee_minor=4550 if status is BookingStatus.CANCELLED else None,
        erased_at=None,
        ticket_issue=1,
        legs=(leg,),
        passengers=(Passenger(1, PassengerKind.ADULT, "Ada", "Lund"),),
        vehicles=(),
        items=(),
    )


def payments(paid):
    if paid in ("no", "declined"):
        return [a_payment(PaymentStatus.OPEN, "Your card was declined." * (paid == "declined"))]
    return [a_payment(PaymentStatus.SUCCEEDED) for _ in range(1 + (paid == "twice"))]


def a_payment(status, error=""):
    arrived = status is PaymentStatus.SUCCEEDED
    return Payment(
        id=uuid4(),
        subject_kind="bookings",
        subject_id=uuid4(),
        amount_minor=TOTAL,
        currency="EUR",
        status=status,
        session_id=None,
        intent_id="pi_1",
        checkout_url=None,
        received_minor=TOTAL if arrived else None,
        created_at=NOW,
        accepted_at=NOW if arrived else None,
        last_error=error or None,
    )


def a_refund(status, amount=4550, claim=None):
    elsewhere, dashboard = status == "elsewhere", status == "dashboard"
    return Refund(
        id=uuid4(),
        payment_id=uuid4(),
        amount_minor=amount,
        currency="EUR",
        reason="cancelled",
        status=RefundStatus.SUCCEEDED if elsewhere or dashboard else status,
        stripe_id=None,
        intent_id="pi_1",
        subject_kind="bookings",
        subject_id=uuid4(),
        created_at=NOW,
        origin=RefundOrigin.STRIPE if dashboard else RefundOrigin.SERVICE,
        method=RefundMethod.ELSEWHERE if elsewhere else RefundMethod.STRIPE,
        claim_id=claim,
        failure=None,
        note="cash" if elsewhere else None,
    )


def a_dispute(how):
    lost = how.startswith("lost")
    honoured = DisputeDecision.HONOURED if how.endswith("honoured") else None
    return Dispute(
        id="du_1",
        payment_id=uuid4(),
        amount_minor=TOTAL,
        currency="EUR",
        reason="general",
        status="lost" if lost else "won" if how == "won" else "needs_response",
        withdrawn_minor=0 if how == "won" else TOTAL,
        respond_by=None,
        opened_at=NOW,
        closed_at=None if how == "open" else NOW,
        decision=honoured,
        decided_by="vera@maritime.example" if honoured else None,
    )
