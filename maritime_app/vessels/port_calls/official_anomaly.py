"""How unusual the newest published week of a port is, beside what we measure. Pure."""

import datetime as dt

from maritime_app.ports.daily_calls.model import CallsAnomaly, OfficialCalls


class OfficialAnomaly(CallsAnomaly, frozen=True):
    """The newest whole week that is published against the same ISO week a year before, and where
    both are from.
    """

    source: str
    licence: str
    source_url: str | None
    subject: str
    origin: str
    retrieved_at: dt.datetime
    invented: bool


def official_anomaly(official: OfficialCalls | None, *, apart: bool) -> OfficialAnomaly | None:
    """Return it; None where no whole week is published, or where it is to be kept `apart` from
    what we measure.
    """
    found = official.anomaly if official and not apart else None
    if official is None or found is None:
        return None
    return OfficialAnomaly(
        newest=found.newest,
        year_before=found.year_before,
        change_percent=found.change_percent,
        missing_reason=found.missing_reason,
        source=official.source,
        licence=official.licence,
        source_url=official.source_url,
        subject=official.subject,
        origin=official.origin,
        retrieved_at=official.retrieved_at,
        invented=official.invented,
    )
