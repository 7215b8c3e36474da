"""The daily calls of a port, as they are shown: real ones, or the sandbox's where none are."""

from datetime import date, timedelta
from typing import Final
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.outside_data import service as outside_data, store as outside_store
from maritime_app.outside_data.model import Pending, Reading, Source
from maritime_app.ports.daily_calls import responses, revisions
from maritime_app.ports.daily_calls.anomaly import anomaly
from maritime_app.ports.daily_calls.band import BandPoint, band, changes
from maritime_app.ports.daily_calls.importing import import_file
from maritime_app.ports.daily_calls.merging import MOST_REPLACED
from maritime_app.ports.daily_calls.model import (
    ALL_DISRUPTIONS,
    DISRUPTIONS,
    PORTWATCH,
    Disruption,
    PortDays,
)
from maritime_app.ports.daily_calls.refresh import (
    decode_days,
    decode_disruptions,
    fetch_daily_calls,
    fetch_disruptions,
    is_invented,
    source_of,
)
from maritime_app.ports.daily_calls.responses import DailyCallsResponse
from maritime_app.ports.daily_calls.revisions import DailyCallsHistory
from maritime_app.ports.model import PortItem, PortKind
from maritime_app.ports.publishers import LICENCES, PUBLISHERS, address_of
from maritime_app.resources import Resources

__all__ = [
    "DailyCalls",
    "daily_calls",
    "fetch_daily_calls",
    "fetch_disruptions",
    "has_real",
    "history",
    "import_file",
    "response",
]

SHOWN_DAYS: Final = 365


class DailyCalls(Struct, frozen=True):
    """The days of a port, how old the copy is, and the disruptions that name the port."""

    days: PortDays
    reading: Reading
    invented: bool
    disruptions: tuple[Disruption, ...]

    @property
    def publisher(self) -> str:
        """Who counts them, as ports.publishers knows them."""
        return "sandbox" if self.invented else "portwatch"

    @property
    def licence(self) -> str:
        """The terms of their publisher."""
        return LICENCES[self.publisher]

    @property
    def source_url(self) -> str | None:
        """Where their publisher has them; None for invented ones."""
        return address_of(self.publisher)

    @property
    def changed_days(self) -> int:
        """How many days a later reading changed."""
        return len({each.day.day for each in self.days.replaced})

    def points(self, most: int = SHOWN_DAYS) -> list[BandPoint]:
        """Return the newest days with last year's band."""
        return band(self.days.days, most)


async def has_real(conn: Conn, code: str) -> bool:
    """Whether real daily calls of a port are stored: then nothing invented is shown of it."""
    copy = await outside_store.newest_copy(conn, PORTWATCH.name, code)
    return copy is not None and bool(decode_days(copy.body).days)


async def daily_calls(
    res: Resources, port: PortItem, *, real_only: bool, wait_seconds: float = 1.0
) -> DailyCalls | Pending:
    """Return what is known of a port by day, without ever waiting for PortWatch itself.

    `real_only`: there are real figures of the port, beside which nothing invented may stand.
    Pending while a job brings the first copy. Raise NotFound for a port that is not counted.
    """
    if port.kind is not PortKind.HARBOUR:
        raise _none()
    source = replace(PORTWATCH, wait_seconds=wait_seconds)
    if not is_invented(res):
        return await _shown(res, source, await outside_data.read(res, source, port.code))
    real = await outside_data.newest(res, source, port.code)
    if real is not None:
        return await _shown(res, source, real)
    if real_only:
        raise _none()
    played = source_of(res, source)
    return await _shown(res, played, await outside_data.read(res, played, port.code))


async def _shown(
    res: Resources, source: Source, reading: Reading | Pending
) -> DailyCalls | Pending:
    if isinstance(reading, Pending):
        return reading
    days = decode_days(reading.copy.body)
    if not days.days:
        raise _none()
    invented = source.name != PORTWATCH.name
    events = await _disruptions(res, invented=invented)
    oldest = days.days[-1].day - timedelta(days=SHOWN_DAYS - 1)
    return DailyCalls(days, reading, invented, _naming(days.portid, events, oldest))


async def _disruptions(res: Resources, *, invented: bool) -> tuple[Disruption, ...]:
    """Return every known disruption; without a copy none, and a job is on its way."""
    source = replace(DISRUPTIONS, wait_seconds=0.0)
    found: Reading | Pending | None
    if invented == is_invented(res):
        found = await outside_data.read(res, source_of(res, source), ALL_DISRUPTIONS)
    else:  # real days beside a sandbox: what a file brought is all there is
        found = await outside_data.newest(res, source, ALL_DISRUPTIONS)
    if not isinstance(found, Reading):
        return ()
    return decode_disruptions(found.copy.body).events


def _naming(portid: str, events: tuple[Disruption, ...], oldest: date) -> tuple[Disruption, ...]:
    return tuple(
        each
        for each in events
        if portid in each.affected and (each.until is None or each.until >= oldest)
    )


def response(port: PortItem, found: DailyCalls, most: int) -> DailyCallsResponse:
    """Return the newest `most` days for programs."""
    return DailyCallsResponse(
        port=port,
        portid=found.days.portid,
        as_of=found.days.newest,
        retrieved_at=found.reading.copy.retrieved_at,
        stale=found.reading.stale,
        source=PUBLISHERS[found.publisher],
        licence=found.licence,
        source_url=found.source_url,
        invented=found.invented,
        history=f"/api/v1/ports/{quote(port.code)}/daily-calls/history",
        changed_days=found.changed_days,
        days=responses.figures(found.days, found.points(most), found.publisher),
        changes=tuple(changes(found.days.days)),
        disruptions=found.disruptions,
        anomaly=anomaly(found.days.days),
    )


def history(port: PortItem, found: DailyCalls) -> DailyCallsHistory:
    """Return what each reading said of the days that were changed."""
    return DailyCallsHistory(
        port=port,
        portid=found.days.portid,
        source=PUBLISHERS[found.publisher],
        licence=found.licence,
        source_url=found.source_url,
        invented=found.invented,
        changed_days=found.changed_days,
        kept_at_most=MOST_REPLACED,
        readings=revisions.readings(found.days, found.publisher),
    )


def _none() -> NotFound:
    return NotFound(_("There are no daily port calls of this port."), code="daily_calls")
