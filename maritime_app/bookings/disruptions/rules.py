"""Pure: what passengers must hear, until when they may answer."""

from datetime import datetime, timedelta

from maritime_app.bookings.disruptions.model import Disruption, SailingState
from maritime_app.bookings.model import DisruptionKind
from maritime_app.ferries.model import SailingStatus


def kind_of(
    sailing: SailingState, told: Disruption | None, choice_minutes: int
) -> DisruptionKind | None:
    """Return what passengers must hear of the sailing as it is now; None for nothing new.

    `told` is what they heard last. From `choice_minutes` off its time on they have a choice.
    """
    if sailing.status is SailingStatus.CANCELLED:
        cancelled_before = told is not None and told.kind is DisruptionKind.CANCELLED
        return None if cancelled_before else DisruptionKind.CANCELLED
    if sailing.status is SailingStatus.DEPARTED:
        return None
    if sailing.late_minutes == (told.late_minutes if told else 0):
        return None
    if abs(sailing.late_minutes) >= choice_minutes:
        return DisruptionKind.DELAYED
    return DisruptionKind.RETIMED


def answer_by(now: datetime, hours: float, held_until: datetime | None) -> datetime:
    """Return until when places are held; never beyond the close of the other sailing's sales."""
    usual = now + timedelta(hours=hours)
    return min(usual, held_until) if held_until else usual


def remind_at(now: datetime, deadline: datetime) -> datetime:
    """Return when half of the time to answer has passed."""
    return now + (deadline - now) / 2
