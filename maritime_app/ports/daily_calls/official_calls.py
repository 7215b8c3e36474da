"""How many calls a publisher counted on some days: what another count is compared with. Pure."""

import datetime as dt

from maritime_app.ports.daily_calls.anomaly import anomaly
from maritime_app.ports.daily_calls.model import OfficialCalls
from maritime_app.ports.daily_calls.service import DailyCalls
from maritime_app.ports.publishers import PUBLISHERS


def official_calls(found: DailyCalls, first: dt.date, last: dt.date) -> OfficialCalls | None:
    """Return the calls of the published days between these two, perhaps of none; None where none
    was ever published.
    """
    days = [
        each
        for each in found.days.days
        if first <= each.day <= last and each.port_calls is not None
    ]
    if not found.days.days:
        return None
    reading = found.days.readings[(days or found.days.days)[-1].reading]
    return OfficialCalls(
        on=tuple(each.day for each in days),
        calls=sum(each.port_calls or 0 for each in days),
        source=PUBLISHERS[found.publisher],
        licence=found.licence,
        source_url=found.source_url,
        subject=found.days.portid,
        origin=reading.origin,
        retrieved_at=reading.read_at,
        invented=found.invented,
        anomaly=anomaly(found.days.days),
    )
