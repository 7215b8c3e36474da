"""What templates/ops/ shows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from maritime_app import clock, formatting
from maritime_app.i18n import translate as _
from maritime_app.infra.invariant import Invariant
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.infra.upstreams.breaker import Breaker
from maritime_app.jobs.monitor.model import QueueFigures
from maritime_app.jobs.monitor.pause_views import PauseLine, pause_lines
from maritime_app.jobs.monitor.views import QueueLine, queue_line
from maritime_app.jobs.pausing.model import Pause
from maritime_app.ops.limits import limits_of
from maritime_app.ops.model import Alert, Check, Lags, WalkState
from maritime_app.ops.notices.model import Maintenance
from maritime_app.ops.trends.views import TrendsView
from maritime_app.settings.model import Settings
from maritime_app.vessels.model import FeedHealth
from maritime_app.web.access import Caller
from maritime_app.web.limits.adjusted import AdjustedLimit

_GOOD_SECONDS, _WARN_SECONDS = 10, 60


class Tile(msgspec.Struct, frozen=True):
    """A figure in large type; `tone` is good, warn, bad or none."""

    label: str
    value: str
    under: str = ""
    tone: str = ""


class AlertLine(msgspec.Struct, frozen=True):
    """What a person must look at."""

    id: UUID
    kind: str
    message: str
    subject: str
    raised_at: datetime


class CheckLine(msgspec.Struct, frozen=True):
    """An invariant; `breaches` and `checked_at` are None when it was never checked.

    `walked_at` is when all that is stored was last looked at; None: never, or each time.
    """

    meaning: str
    breaches: int | None
    detail: str | None
    checked_at: datetime | None
    walked_at: datetime | None


class BreakerLine(msgspec.Struct, frozen=True):
    """An outside service behind a circuit breaker: closed, half_open or open."""

    name: str
    state: str
    failures: int


class CacheLine(msgspec.Struct, frozen=True):
    """A cache's hits and misses in this process; `share` of hits is None before the first."""

    name: str
    hits: int
    misses: int
    share: float | None


class LimitLine(msgspec.Struct, frozen=True):
    """A limit: how many at once, how many come back a minute (None: when they are paid or end),
    how often it refused here; `setting` says the settings' numbers where others count.
    """

    name: str
    at_once: int
    per_minute: float | None
    refused: int
    setting: str = ""


def limit_lines(
    settings: Settings, adjusted: Mapping[str, AdjustedLimit] | None = None
) -> list[LimitLine]:
    """Return every limit as it counts, with what this process has refused."""
    refused = tally.snapshot()
    lines = []
    for usual in limits_of(settings).values():
        name, count = usual.name, refused.get(f"limited_{usual.name}", 0)
        changed = (adjusted or {}).get(name)
        if changed:
            numbers = filter(None, (usual.at_once, usual.per_minute))
            setting = " / ".join(formatting.number(number) for number in numbers)
            lines.append(LimitLine(name, changed.at_once, changed.per_minute, count, setting))
        else:
            lines.append(LimitLine(name, usual.at_once, usual.per_minute, count))
    return lines


class FeedLine(msgspec.Struct, frozen=True):
    """The ship feed: its state, and what became of its frames since its consumer started."""

    state: str
    frames: int
    stored: int


class DashboardView(msgspec.Struct, frozen=True):
    """templates/ops/dashboard.html."""

    staff: Caller
    checked_at: datetime
    tiles: list[Tile]
    maintenance: Maintenance | None
    pauses: list[PauseLine]
    alerts: list[AlertLine]
    queues: list[QueueLine]
    breakers: list[BreakerLine]
    caches: list[CacheLine]
    limits: list[LimitLine]
    may_act: bool
    invariants: list[CheckLine]
    feed: FeedLine
    trends: TrendsView


def dashboard(
    who: Caller,
    *,
    lags: Lags,
    maintenance: Maintenance | None,
    pauses: Sequence[Pause],
    alerts: Sequence[Alert],
    queues: Sequence[QueueFigures],
    invariants: Sequence[Invariant],
    checks: Mapping[str, Check],
    walks: Mapping[str, WalkState],
    breakers: Iterable[tuple[str, Breaker]],
    feed_state: str,
    feed: FeedHealth,
    settings: Settings,
    adjusted: Mapping[str, AdjustedLimit],
    trends: TrendsView,
) -> DashboardView:
    """Return the whole page."""
    return DashboardView(
        staff=who,
        checked_at=clock.now(),
        tiles=_tiles(lags),
        maintenance=maintenance,
        pauses=pause_lines(pauses),
        alerts=[_alert_line(alert) for alert in alerts],
        queues=[queue_line(queue) for queue in queues],
        breakers=[
            BreakerLine(name, breaker.state.name.lower(), breaker.failures_in_a_row)
            for name, breaker in breakers
        ],
        caches=[_search_cache()],
        limits=limit_lines(settings, adjusted),
        may_act="tasks.act" in who.permissions,
        invariants=[_check_line(one, checks.get(one.name), walks) for one in invariants],
        feed=FeedLine(feed_state, feed.frames, feed.stored),
        trends=trends,
    )


def _tiles(lags: Lags) -> list[Tile]:
    return [
        _lag(_("Jobs waiting"), lags.outbox_seconds),
        _lag(_("Webhooks waiting"), lags.webhook_seconds),
        _lag(_("Holds past their time"), lags.hold_expiry_seconds),
        Tile(_("Mails waiting"), str(lags.mails_waiting)),
    ]


def _lag(label: str, seconds: float) -> Tile:
    tone = "good" if seconds < _GOOD_SECONDS else "warn" if seconds < _WARN_SECONDS else "bad"
    return Tile(label, f"{seconds:.0f} s", _("age of the oldest"), tone)


def _alert_line(alert: Alert) -> AlertLine:
    subject = f"{alert.subject_kind}:{alert.subject_id}" if alert.subject_kind else ""
    return AlertLine(alert.id, alert.kind, alert.message, subject, alert.raised_at)


def _check_line(
    invariant: Invariant, check: Check | None, walks: Mapping[str, WalkState]
) -> CheckLine:
    if check is None:
        return CheckLine(invariant.meaning, None, None, None, None)
    walk = walks.get(invariant.walk.name) if invariant.walk else None
    walked_at = walk.walked_at if walk else None
    return CheckLine(invariant.meaning, check.breaches, check.detail, check.checked_at, walked_at)


def _search_cache() -> CacheLine:
    counts = tally.snapshot()
    names = ("cache_local_hits", "cache_redis_hits", "search_answers_from_process")
    hits = sum(counts.get(name, 0) for name in names)
    misses = counts.get("cache_misses", 0)
    share = hits / (hits + misses) if hits + misses else None
    return CacheLine(_("Search, in this process"), hits, misses, share)
