"""How far behind we are, what is cached; alerts resolved by hand."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.alerts import resolve_alert
from maritime_app.ops import store
from maritime_app.ops.limits import limits_of
from maritime_app.ops.model import Alert, CachedResponse, Check, Lags, LimitRequest, WalkState
from maritime_app.resources import Resources
from maritime_app.web.access import Actor
from maritime_app.web.limits import adjusted
from maritime_app.web.limits.adjusted import ADJUSTED, AdjustedLimit

_MOST_ALERTS = 50
# Sessions and counters live in the same database and are nobody's business.
_CACHE_PREFIXES = (
    "ferries:search:",
    "ferries:left:",
    "ports:performance:",
    "vessels:snapshot:",
    "page:",
)


async def lags(res: Resources) -> Lags:
    """Return how long the oldest of each kind has waited."""
    async with res.db.acquire() as conn:
        return await store.lags(conn)


async def open_alerts(res: Resources) -> list[Alert]:
    """Return what a person must look at, newest first, at most fifty."""
    async with res.db.acquire() as conn:
        return await store.open_alerts(conn, _MOST_ALERTS)


async def alerts_by_kind(res: Resources) -> dict[str, int]:
    """Return how many alerts of each kind are open."""
    async with res.db.acquire() as conn:
        return await store.alerts_by_kind(conn)


async def last_checks(res: Resources) -> tuple[dict[str, Check], dict[str, WalkState]]:
    """Return what was found of each invariant when it was last looked at, and where every walk
    through what is stored stands, both by name.
    """
    async with res.db.acquire() as conn:
        return await store.last_checks(conn), await store.walks(conn)


async def resolve(res: Resources, actor: Actor, alert_id: UUID) -> None:
    """Take an alert off the dashboard: somebody has looked at it."""
    async with res.db.transaction() as conn:
        await resolve_alert(conn, alert_id)
        await actor.audit(conn, "alert_settled", ("alert", str(alert_id)))


async def limits_adjusted(res: Resources) -> dict[str, AdjustedLimit]:
    """Return the limits that staff have set to other numbers than the settings, by name."""
    async with res.db.acquire() as conn:
        return await adjusted.adjusted(conn)


async def adjust_limit(res: Resources, actor: Actor, name: str, request: LimitRequest) -> None:
    """Set a limit to other numbers, or back to those of the settings; every process knows within
    seconds. Raise NotFound for a limit that there is not.
    """
    setting = limits_of(res.settings).get(name)
    if setting is None:
        raise NotFound(_("There is no such limit."), code="limit")
    per_minute = None if setting.per_minute is None else request.per_minute
    wanted = None if request.reset else AdjustedLimit(name, request.at_once, per_minute)
    async with res.db.transaction() as conn:
        before = (await adjusted.adjusted(conn)).get(name, setting)
        if wanted:
            await adjusted.adjust(conn, wanted)
        else:
            await adjusted.reset(conn, name)
        detail = {"from": msgspec.to_builtins(before), "to": msgspec.to_builtins(wanted or setting)}
        await actor.audit(conn, "limit_adjusted", ("limit", name), detail)
    await res[ADJUSTED].read()


async def cached(res: Resources, key: str) -> CachedResponse:
    """Return what the cache holds under a key; raise NotFound for keys that are not the cache's."""
    if not key.startswith(_CACHE_PREFIXES):
        raise NotFound(_("Only cached answers can be looked at: ferries:search:... and page:..."))
    stored, left_ms = await res.redis_cache.pipeline([("GET", key), ("PTTL", key)])
    if not isinstance(stored, bytes):
        return CachedResponse(key, False)
    header, _line, body = stored.partition(b"\n")
    stored_at, _seconds, *tags = header.decode().split(" ")
    value = msgspec.json.decode(body) if not key.startswith("page:") else None
    when = datetime.fromtimestamp(float(stored_at), UTC)
    return CachedResponse(key, True, left_ms // 1000, when, tuple(tags), value)
