"""Pure: from a ship's port calls to when it left and arrived on one voyage."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from maritime_app.bookings.compensation.model import Arrival, MeasuredBy, Passage, Voyage
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls.model import ListedCall

# It may leave early, and before the next voyage of the same ship between the same ports.
_EARLIEST = timedelta(hours=2)
_LATEST = timedelta(hours=36)
# A recorded arrival waits so long for the ship's own reports, which come in at once or never.
_PATIENCE = timedelta(hours=1)


def passage(voyage: Voyage, calls: Sequence[ListedCall]) -> Passage | None:
    """Return when the ship left and arrived on that voyage; None where no call says anything.

    `calls` are those of the voyage's ship, in any order.
    """
    left = _left(voyage, calls)
    reached = _reached(voyage, calls, left.call.left_at if left else None)
    known = reached or left
    if known is None:
        return None
    return Passage(
        sailing_id=voyage.sailing_id,
        mmsi=known.call.mmsi,
        source=known.call.source,
        departed_at=left.call.left_at if left else None,
        arrived_at=reached.call.moored_at if reached else None,
    )


def arrival(voyage: Voyage, now: datetime) -> Arrival | None:
    """Return the arrival that counts: the measured one, else after an hour the recorded one."""
    if voyage.passage_arrived_at is not None and voyage.passage_source is not None:
        invented = Source(voyage.passage_source).invented
        by = MeasuredBy.PLAYED if invented else MeasuredBy.SHIP
        return Arrival(voyage.passage_arrived_at, by)
    recorded = voyage.recorded_arrived_at
    if recorded is None or now - recorded < _PATIENCE:
        return None
    return Arrival(recorded, MeasuredBy.OPERATOR)


def _left(voyage: Voyage, calls: Sequence[ListedCall]) -> ListedCall | None:
    """Return the call at the origin that ended with this voyage; unseen ends say nothing."""
    found = [
        one
        for one in calls
        if one.port_code == voyage.origin_code
        and one.call.left_at is not None
        and not one.call.left_unseen
        and voyage.departs_at - _EARLIEST <= one.call.left_at <= voyage.departs_at + _LATEST
    ]
    return min(found, key=_left_at, default=None)


def _reached(
    voyage: Voyage, calls: Sequence[ListedCall], left_at: datetime | None
) -> ListedCall | None:
    """Return the call at the destination that this voyage ended with."""
    after = left_at or voyage.departs_at
    found = [
        one
        for one in calls
        if one.port_code == voyage.destination_code
        and one.call.moored_at is not None
        and one.call.entered_at > after
        and one.call.moored_at <= voyage.arrives_at + _LATEST
    ]
    return min(found, key=_entered_at, default=None)


def _left_at(one: ListedCall) -> datetime:
    assert one.call.left_at is not None
    return one.call.left_at


def _entered_at(one: ListedCall) -> datetime:
    return one.call.entered_at
