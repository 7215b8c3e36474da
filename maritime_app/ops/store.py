"""Lags, alerts and the last checks in PostgreSQL."""

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ops.model import Alert, AlertCount, Breach, Check, DatabaseMode, Exceptional, Lags

SQL = queries.load("ops")


async def lags(conn: Conn) -> Lags:
    """Return how far behind we are."""
    row = await SQL.lags.fetch_optional(conn, Lags)
    assert row is not None  # a row of sub-selects is always there
    return row


async def open_alerts(conn: Conn, limit: int) -> list[Alert]:
    """Return what a person must look at, newest first."""
    return await SQL.open_alerts.fetch_all(conn, Alert, limit)


async def alerts_by_kind(conn: Conn) -> dict[str, int]:
    """Return how many alerts of each kind are open."""
    counts = await SQL.alerts_by_kind.fetch_all(conn, AlertCount)
    return {count.kind: count.alerts for count in counts}


async def is_read_only(conn: Conn) -> bool:
    """Return whether the database refuses writes."""
    return (await SQL.is_read_only.fetch_one(conn, DatabaseMode)).read_only


async def exceptions(conn: Conn, query: str, *args: float) -> list[Exceptional]:
    """Return the rows of an invariant's query: what breaks it."""
    invariant: queries.Query = getattr(SQL, query)
    return await invariant.fetch_all(conn, Exceptional, *args)


async def keep_check(conn: Conn, invariant: str, breaches: list[Breach]) -> None:
    """Keep what this run of an invariant found."""
    detail = f"{breaches[0].subject}: {breaches[0].detail}" if breaches else None
    await SQL.keep_check.execute(conn, invariant, len(breaches), detail)


async def last_checks(conn: Conn) -> dict[str, Check]:
    """Return what the last run found, by the invariant's name."""
    return {check.invariant: check for check in await SQL.last_checks.fetch_all(conn, Check)}
