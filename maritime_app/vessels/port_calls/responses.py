"""Port calls as programs get them, and what may be asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final

from msgspec import Meta, Struct, structs

from maritime_app import clock
from maritime_app.clock import in_utc
from maritime_app.formats import csv_cells
from maritime_app.i18n import translate as _
from maritime_app.vessels.codes.ship_types import group_of
from maritime_app.vessels.events.requests import EventsRequest
from maritime_app.vessels.model import Source, StationKind
from maritime_app.vessels.port_calls.measures import PortMeasures
from maritime_app.vessels.port_calls.model import ListedCall, PortCallState, Sought

_SOON: Final = timedelta(days=1)  # a ship's clock may be ahead of ours


class PortCallsRequest(EventsRequest, frozen=True, kw_only=True):
    """The calls of a port (UN/LOCODE), a ship, both or all, not over at `since` (30 days ago, at
    most 92) and begun before `until`.

    `state` is a list with commas of approaching, under_way, anchored, moored and left.
    """

    usual: ClassVar[timedelta] = timedelta(days=30)

    port: Annotated[str, Meta(max_length=80)] = ""
    state: Annotated[str, Meta(max_length=80)] = ""
    until: datetime | None = None

    def sought(self, now: datetime) -> Sought:
        """Return which calls are asked for; raise Invalid naming what cannot be answered."""
        since, until = self.check(now), in_utc(self.until or now + _SOON)
        return Sought(self.port or None, self.mmsi or None, since, until, self._states())

    def _states(self) -> list[str]:
        asked = [each.strip() for each in self.state.split(",") if each.strip()]
        return asked or list(PortCallState)

    def _wrong(self) -> dict[str, str]:
        wrong = super()._wrong()
        if set(self._states()) - set(PortCallState):
            wrong["state"] = _("is none of %(words)s") % {"words": ", ".join(PortCallState)}
        return wrong


class PortCallResponse(Struct, frozen=True):
    """One ship at one port. Hours; null for what has not happened or was not heard. `lat` and
    `lon` are the port's, degrees.

    `left_unseen`: it was not heard when it left, `left_at` is when it was last heard in port.
    """

    id: str
    mmsi: int
    ship: str | None
    type: str | None
    port: str
    port_name: str
    state: str
    entered_at: datetime
    first_stop_at: datetime | None
    first_berth_at: datetime | None
    left_at: datetime | None
    last_heard_at: datetime
    hours_at_anchor: float
    hours_at_berth: float
    hours_waiting: float | None
    left_unseen: bool
    source: str
    invented: bool
    lat: float
    lon: float


class PortCallsResponse(Struct, frozen=True):
    """Port calls and approaches, the newest first; of a port with what is measured of it.

    `total` is on all pages, `next_cursor` null on the last one.
    """

    as_of: datetime
    since: datetime
    calls: list[PortCallResponse]
    measures: PortMeasures | None
    total: int
    next_cursor: str | None

    def without_moment(self) -> "PortCallsResponse":
        """Return the same without when it was asked for."""
        never, measures = clock.NEVER, self.measures
        if measures:
            measures = structs.replace(measures, as_of=never, since=never)
        return structs.replace(self, as_of=never, since=never, measures=measures)


def _group(ship_type: int) -> str:
    return group_of(StationKind.CLASS_A, ship_type).code


def call_response(listed: ListedCall) -> PortCallResponse:
    """Return a call for programs."""
    call, source = listed.call, Source(listed.call.source)
    waiting = call.waiting_seconds
    return PortCallResponse(
        id=str(call.id),
        mmsi=call.mmsi,
        ship=listed.ship_name,
        type=None if listed.ship_type is None else _group(listed.ship_type),
        port=listed.port_code,
        port_name=listed.port_name,
        state=call.state,
        entered_at=call.entered_at,
        first_stop_at=call.stopped_at,
        first_berth_at=call.moored_at,
        left_at=call.left_at,
        last_heard_at=call.last_at,
        hours_at_anchor=round(call.anchored_seconds / 3600, 2),
        hours_at_berth=round(call.berth_seconds / 3600, 2),
        hours_waiting=None if waiting is None else round(waiting / 3600, 2),
        left_unseen=call.left_unseen,
        source=source.code,
        invented=source.invented,
        lat=listed.port_lat,
        lon=listed.port_lon,
    )


def calls_csv(calls: Sequence[PortCallResponse]) -> bytes:
    """Return one line per call, under the names of the JSON fields."""
    return csv_cells.table(PortCallResponse.__struct_fields__, map(structs.astuple, calls))
