"""Positions of one ship to its port call. Pure.

A ship within 3 km of a harbour approaches; from its first stop on it is a call; beyond 4 km it has
left. Between two reports it is taken to have done what the earlier one said.
"""

from datetime import UTC, datetime
from uuid import UUID

from maritime_app.geo import distance_m
from maritime_app.ids import uuid7
from maritime_app.vessels.codes.ship_types import NavigationStatus
from maritime_app.vessels.model import Motion, Source
from maritime_app.vessels.port_calls.model import (
    GAP_MS,
    LEAVE_M,
    STOPPED_KNOTS,
    UNDER_WAY_KNOTS,
    Harbour,
    PortCall,
    PortCallState,
)
from maritime_app.vessels.port_calls.states import PORT_CALL, PortCallEvent

_S, _E = PortCallState, PortCallEvent


class Stay:
    """One ship at one harbour, as long as it is there; mutable. Times are UTC epoch ms.

    `came`: it was seen outside before, by a position that is believed.
    """

    __slots__ = (
        "anchored_ms", "berth_ms", "came", "entered_ms", "harbour", "id", "last_ms", "left_ms",
        "left_unseen", "moored_ms", "ship", "source", "state", "stopped_ms", "waiting_ms",
    )  # fmt: skip

    def __init__(self, ship: tuple[int, int], source: Source, harbour: Harbour, at_ms: int) -> None:
        self.id: UUID = uuid7()
        self.ship = ship  # MMSI and hypothesis
        self.source = source
        self.harbour = harbour
        self.state = PortCallState.APPROACHING
        self.entered_ms = self.last_ms = at_ms
        self.stopped_ms: int | None = None
        self.moored_ms: int | None = None
        self.left_ms: int | None = None
        self.waiting_ms: int | None = None
        self.anchored_ms = self.berth_ms = 0
        self.left_unseen = False
        self.came = False

    @property
    def is_call(self) -> bool:
        """Whether it has stopped here: without that it is passing by."""
        return self.stopped_ms is not None

    def take(self, at_ms: int, motion: Motion) -> bool:
        """Take a later position in; return whether the state has changed.

        What a clock that has gone back makes earlier counts as at the last one's time.
        """
        at_ms = max(at_ms, self.last_ms)
        metres = distance_m(motion.lat, motion.lon, self.harbour.lat, self.harbour.lon)
        if metres > LEAVE_M:
            self.leave(at_ms, unseen=at_ms - self.last_ms >= GAP_MS)
            return True
        self._pass(at_ms)
        event = _event(motion)
        after = PORT_CALL.after(self.state, event) if event else None
        if after is None:
            return False
        self.state = after
        if after is _S.ANCHORED or after is _S.MOORED:
            self.stopped_ms = at_ms if self.stopped_ms is None else self.stopped_ms
        if after is _S.MOORED and self.moored_ms is None:
            self.moored_ms, self.waiting_ms = at_ms, self.anchored_ms
        return True

    def leave(self, at_ms: int, *, unseen: bool) -> None:
        """End it: at that time, or, when nobody heard it leave, when it was last heard in port."""
        if not unseen:
            self._pass(at_ms)
        self.left_unseen = unseen
        self.left_ms = self.last_ms
        self.state = PORT_CALL.target(_E.LEAVE)

    def _pass(self, at_ms: int) -> None:
        """Let the time since the last report go by in the present state."""
        passed = at_ms - self.last_ms
        if self.state is _S.ANCHORED:
            self.anchored_ms += passed
        elif self.state is _S.MOORED:
            self.berth_ms += passed
        self.last_ms = at_ms

    def stored(self) -> PortCall:
        """Return it as it is stored."""
        return PortCall(
            id=self.id,
            mmsi=self.ship[0],
            hypothesis=self.ship[1],
            source=int(self.source),
            port_id=self.harbour.id,
            state=self.state,
            entered_at=_instant(self.entered_ms),
            last_at=_instant(self.last_ms),
            stopped_at=_optional(self.stopped_ms),
            moored_at=_optional(self.moored_ms),
            left_at=_optional(self.left_ms),
            anchored_seconds=self.anchored_ms // 1000,
            berth_seconds=self.berth_ms // 1000,
            waiting_seconds=None if self.waiting_ms is None else self.waiting_ms // 1000,
            left_unseen=self.left_unseen,
        )


def resumed(call: PortCall, harbour: Harbour) -> Stay:
    """Return a stored call that goes on."""
    stay = Stay((call.mmsi, call.hypothesis), Source(call.source), harbour, _ms(call.entered_at))
    stay.id, stay.state = call.id, call.state
    stay.came = call.stopped_at is None  # or its approach would not have been stored
    stay.last_ms = _ms(call.last_at)
    stay.stopped_ms = None if call.stopped_at is None else _ms(call.stopped_at)
    stay.moored_ms = None if call.moored_at is None else _ms(call.moored_at)
    stay.anchored_ms, stay.berth_ms = call.anchored_seconds * 1000, call.berth_seconds * 1000
    stay.waiting_ms = None if call.waiting_seconds is None else call.waiting_seconds * 1000
    return stay


def _event(motion: Motion) -> PortCallEvent | None:
    """Return what a position in port says: stopped, under way, or, between both speeds, nothing."""
    knots = motion.sog_knots
    if knots is None:
        return None
    if knots > UNDER_WAY_KNOTS:
        return _E.GET_UNDER_WAY
    if knots >= STOPPED_KNOTS:
        return None
    return _E.ANCHOR if motion.status == NavigationStatus.AT_ANCHOR else _E.MOOR


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _optional(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else _instant(at_ms)
