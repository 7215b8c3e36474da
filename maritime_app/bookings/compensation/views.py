"""What a page says of a leg's rights under Regulation (EU) 1177/2010."""

from datetime import datetime, timedelta

from msgspec import Struct

from maritime_app import formatting
from maritime_app.bookings import rights
from maritime_app.bookings.compensation.model import Claim, ClaimStatus, MeasuredBy
from maritime_app.bookings.model import Leg
from maritime_app.ferries.operations.model import ChangeReason
from maritime_app.i18n import translate as _
from maritime_app.money import Money


class RightsView(Struct, frozen=True):
    """What is said after a late arrival: the sentences, and the evidence where money is owed."""

    headline: str
    sentences: tuple[str, ...]
    amount: Money | None
    evidence_url: str | None


def rights_view(
    leg: Leg, claim: Claim | None, evidence_url: str, now: datetime
) -> RightsView | None:
    """Return what is said of the rights of a leg that has arrived; None while it was in time."""
    if claim is not None:
        return _owed(leg, claim, evidence_url)
    if leg.arrived_at is None or leg.arrived_at > now:
        return None
    late = leg.arrived_at - leg.arrives_at
    if late < rights.quarter_from(leg.arrives_at - leg.departs_at) or not rights.is_covered(leg):
        return None
    return RightsView(_("Your ferry arrived late"), (_late(late), _why_nothing(leg)), None, None)


def measured_words(by: MeasuredBy) -> str:
    """Return who says when the ship arrived."""
    return {
        MeasuredBy.SHIP: _("measured from the ship's own reports (AIS)"),
        MeasuredBy.OPERATOR: _("as its operator recorded it"),
        MeasuredBy.PLAYED: _("from the reports of a ship that the sandbox plays"),
    }[by]


def _owed(leg: Leg, claim: Claim, evidence_url: str) -> RightsView:
    told = claim.evidence
    where = leg.destination
    arrived = _("It arrived at %(time)s, %(source)s.") % {
        "time": formatting.place_time(told.arrival, where),
        "source": measured_words(told.arrival_by),
    }
    share = _(
        "Regulation (EU) 1177/2010, article 19, gives you %(percent)s %% of the price of this "
        "journey: %(amount)s."
    ) % {"percent": told.percent, "amount": formatting.money(claim.amount)}
    sentences = (arrived, _late(timedelta(seconds=told.late_seconds)), share, _standing(claim))
    return RightsView(_("You are owed compensation"), sentences, claim.amount, evidence_url)


def _standing(claim: Claim) -> str:
    words = {
        ClaimStatus.APPROVED: _(
            "It was approved. The page of your booking says where the money is."
        ),
        ClaimStatus.REJECTED: _(
            "It was turned down: %(why)s You can complain to the national body."
        ),
        ClaimStatus.PROPOSED: _(
            "You need not ask for it: a person looks at it and pays it within a month."
        ),
    }[claim.status]
    return words % {"why": claim.note or "–"}


def _late(late: timedelta) -> str:
    return _("That is %(late)s later than in the timetable.") % {"late": formatting.duration(late)}


def _why_nothing(leg: Leg) -> str:
    if leg.reason is ChangeReason.WEATHER:
        return _(
            "The operator names weather that endangered the ship: then article 20 gives no "
            "compensation."
        )
    if leg.reason is ChangeReason.EXTRAORDINARY:
        return _(
            "The operator names extraordinary circumstances: then article 20 gives no compensation."
        )
    return _("What you are owed for it is being worked out; we write to you.")
