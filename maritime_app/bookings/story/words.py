"""Pure: from how a booking stands to a headline, a sentence and the next steps."""

from datetime import timedelta

from maritime_app.bookings import rights
from maritime_app.bookings.model import Booking, BookingStatus, DisruptionKind, Leg, PartyStatus
from maritime_app.bookings.open_change import ChangeStatus
from maritime_app.bookings.story import sentences
from maritime_app.bookings.story.model import Choice, Situation, Step, Story, Tone
from maritime_app.bookings.story.money_words import money_lines
from maritime_app.bookings.story.standing import Standing
from maritime_app.formatting import money, place_time, port_text
from maritime_app.i18n import translate as _
from maritime_app.money import Money

_S = Situation
_A_MINUTE = timedelta(minutes=1)  # less is the same time of day
_TONES = {
    _S.HELD: Tone.WARNING,
    _S.PAYMENT_DECLINED: Tone.WARNING,
    _S.PAYMENT_AWAITED: Tone.WAITING,
    _S.HOLD_ENDING: Tone.WAITING,
    _S.OPERATOR_ASKED: Tone.WAITING,
    _S.OPERATOR_SILENT: Tone.WAITING,
    _S.CONFIRMED: Tone.GOOD,
    _S.SAILING_GONE: Tone.BAD,
    _S.CHOICE_AWAITED: Tone.WARNING,
    _S.MOVING: Tone.WAITING,
    _S.LATE: Tone.WARNING,
    _S.CHANGE_HELD: Tone.WARNING,
    _S.CHANGE_ASKED: Tone.WAITING,
    _S.TICKET_SUSPENDED: Tone.BAD,
    _S.TRAVELLED: Tone.NEUTRAL,
    _S.EXPIRED: Tone.WARNING,
    _S.PAID_TOO_LATE: Tone.WARNING,
    _S.REFUSED: Tone.BAD,
    _S.CANCELLED: Tone.NEUTRAL,
}
_STEPS = {
    _S.HELD: (Step.PAY, Step.CANCEL),
    _S.PAYMENT_DECLINED: (Step.PAY, Step.CANCEL),
    _S.PAYMENT_AWAITED: (Step.WAIT,),
    _S.HOLD_ENDING: (Step.WAIT,),
    _S.OPERATOR_ASKED: (Step.WAIT,),
    _S.OPERATOR_SILENT: (Step.WAIT, Step.CANCEL),
    _S.CONFIRMED: (Step.SHOW_TICKET, Step.FOLLOW, Step.CHANGE, Step.CANCEL),
    _S.SAILING_GONE: (Step.CHOOSE, Step.CANCEL),
    _S.CHOICE_AWAITED: (Step.CHOOSE, Step.SHOW_TICKET, Step.FOLLOW, Step.CANCEL),
    _S.MOVING: (Step.WAIT,),
    _S.LATE: (Step.SHOW_TICKET, Step.FOLLOW, Step.CHANGE, Step.CANCEL),
    _S.CHANGE_HELD: (Step.PAY_CHANGE, Step.CHANGE, Step.SHOW_TICKET, Step.FOLLOW, Step.CANCEL),
    _S.CHANGE_ASKED: (Step.WAIT, Step.SHOW_TICKET, Step.FOLLOW),
    _S.TICKET_SUSPENDED: (Step.CONTACT,),
    _S.TRAVELLED: (Step.SEARCH,),
    _S.EXPIRED: (Step.BOOK_AGAIN, Step.SEARCH),
    _S.PAID_TOO_LATE: (Step.BOOK_AGAIN, Step.SEARCH),
    _S.REFUSED: (Step.BOOK_AGAIN, Step.SEARCH),
    _S.CANCELLED: (Step.BOOK_AGAIN, Step.SEARCH),
}


def tell(standing: Standing) -> Story:
    """Return what is said of a booking, in the language of this task."""
    situation = _situation(standing)
    return Story(
        situation=situation,
        tone=_TONES[situation],
        headline=sentences.headline(situation),
        sentence=_sentence(situation, standing),
        money=money_lines(standing),
        next_steps=_steps(situation, standing),
    )


def tell_of_hold(booking: Booking) -> Story:
    """Return what `tell` says of a booking that has just been held: there is no money yet, and
    nothing has come of its sailings.
    """
    words = {"until": place_time(booking.expires_at, booking.legs[0].origin)}
    return Story(
        situation=_S.HELD,
        tone=_TONES[_S.HELD],
        headline=sentences.headline(_S.HELD),
        sentence=sentences.sentence(_S.HELD) % words,
        money=(),
        next_steps=_STEPS[_S.HELD],
    )


def _steps(situation: Situation, standing: Standing) -> tuple[Step, ...]:
    """Return what can be done: what has left is neither paid nor cancelled nor changed."""
    legs, gone = standing.booking.legs, set[Step]()
    if rights.is_made(legs[0], standing.now):
        gone |= {Step.BOOK_AGAIN, Step.CANCEL, Step.PAY}
    if rights.is_made(legs[-1], standing.now):
        gone |= {Step.CHANGE, Step.PAY_CHANGE}
    if any(leg.is_lost for leg in legs):
        gone |= {Step.BOOK_AGAIN, Step.PAY}
    if standing.booking.status is BookingStatus.HELD:
        gone.add(Step.BOOK_AGAIN)  # not before it has ended
    if _choice(standing.booking) is Choice.PREPARED:
        gone.add(Step.CHOOSE)
    return tuple(step for step in _STEPS[situation] if step not in gone)


def _situation(standing: Standing) -> Situation:
    match standing.booking.status:
        case BookingStatus.HELD:
            return _held(standing)
        case BookingStatus.PAID | BookingStatus.CONFIRMING:
            return _asked(standing)
        case BookingStatus.CONFIRMED:
            return _confirmed(standing)
        case BookingStatus.EXPIRED:
            return _expired(standing)
        case BookingStatus.REFUSED:
            return _S.REFUSED
        case BookingStatus.CANCELLED:
            return _S.CANCELLED


def _held(standing: Standing) -> Situation:
    if standing.received_minor:
        return _arrived(standing)
    if standing.at_payment and not _declined(standing):
        return _S.PAYMENT_AWAITED
    if standing.booking.expires_at <= standing.now:
        return _S.HOLD_ENDING
    return _S.PAYMENT_DECLINED if _declined(standing) else _S.HELD


def _declined(standing: Standing) -> bool:
    return any(payment.last_error for payment in standing.payments)


def _asked(standing: Standing) -> Situation:
    since = standing.booking.paid_at or standing.booking.created_at
    silent = (standing.now - since).total_seconds() > standing.silent_after_seconds
    return _S.OPERATOR_SILENT if silent else _S.OPERATOR_ASKED


def _confirmed(standing: Standing) -> Situation:
    if standing.is_suspended:
        return _S.TICKET_SUSPENDED
    asked = standing.booking.asked
    if asked is not None and asked.kind is not DisruptionKind.RETIMED:
        if asked.status is PartyStatus.MOVING:
            return _S.MOVING
        goes = asked.kind is DisruptionKind.DELAYED
        return _S.CHOICE_AWAITED if goes else _S.SAILING_GONE
    if _is_gone(standing):
        return _S.SAILING_GONE
    change = standing.booking.change
    if change is not None and change.waits_for_money:
        return _S.PAYMENT_AWAITED if standing.at_payment else _S.CHANGE_HELD
    if change is not None and change.status is ChangeStatus.ACCEPTED:
        return _S.CHANGE_ASKED
    if _late_leg(standing):
        return _S.LATE
    return _S.TRAVELLED if standing.booking.legs[-1].lands_at <= standing.now else _S.CONFIRMED


def _is_gone(standing: Standing) -> bool:
    """Return whether a leg is lost of which nobody has been asked yet what becomes of it."""
    return any(leg.is_lost for leg in standing.booking.legs)


def _expired(standing: Standing) -> Situation:
    return _arrived(standing) if standing.received_minor else _S.EXPIRED


def _arrived(standing: Standing) -> Situation:
    """Return how money stands that the booking does not stand on: it goes back, or its job decides.

    Between the two lie the moments in which nobody knows yet whether the places can be kept.
    """
    is_decided = standing.refunds or standing.disputes
    return _S.PAID_TOO_LATE if is_decided else _S.PAYMENT_AWAITED


def _late_leg(standing: Standing) -> Leg | None:
    """Return the first leg still ahead that leaves at another time than it was booked for."""
    ahead = (leg for leg in standing.booking.legs if leg.leaves_at > standing.now)
    return next((leg for leg in ahead if abs(leg.leaves_at - leg.departs_at) >= _A_MINUTE), None)


def _sentence(situation: Situation, standing: Standing) -> str:
    booking = standing.booking
    if situation is _S.CANCELLED:
        return _cancelled(standing)
    if situation is _S.LATE:
        return _late(standing)
    origin, change = booking.legs[0].origin, booking.change
    until = change.expires_at if change is not None else booking.expires_at
    words = {"until": place_time(until, origin), "email": booking.email}
    choice = _choice(booking)
    if situation is _S.SAILING_GONE or (
        situation is _S.CHOICE_AWAITED and choice is Choice.PREPARED
    ):
        return sentences.choice(choice) % words
    if change is not None:
        words["due"] = money(Money(change.due_minor, booking.currency))
    return sentences.sentence(situation) % words


def _choice(booking: Booking) -> Choice:
    change = booking.change
    if booking.asked is None or not booking.asked.may_choose:
        return Choice.PREPARED
    if change is not None and change.offers_places:
        return Choice.HELD
    return Choice.OPEN


def _late(standing: Standing) -> str:
    leg = _late_leg(standing)
    assert leg is not None, "it is what makes the booking late"
    origin = leg.origin
    return _("%(origin)s: %(new)s instead of %(old)s. Your ticket stays valid.") % {
        "origin": port_text(origin),
        "new": place_time(leg.leaves_at, origin),
        "old": place_time(leg.departs_at, origin),
    }


def _cancelled(standing: Standing) -> str:
    if not standing.received_minor:
        return _("Nothing was charged, and the places are free again.")
    fee_minor = standing.booking.cancel_fee_minor or 0
    if fee_minor:
        fee = money(Money(fee_minor, standing.booking.currency))
        return _("The places were given back. The cancellation fee is %(fee)s.") % {"fee": fee}
    return _("The places were given back. There is no fee.")
