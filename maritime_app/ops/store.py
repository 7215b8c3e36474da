"""Lags, alerts and the last checks in PostgreSQL."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from maritime_app.infra import queries
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.invariant import Exceptional
from maritime_app.ops.model import Alert, AlertCount, Check, DatabaseMode, Lags, WalkState

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


async def take_room(db: Database) -> None:
    """Take two megabytes of each disk on which our tables lie, for a moment. Raise DatabaseAway
    where there is no room.
    """
    async with db.acquire() as conn:
        tablespaces = await SQL.tablespaces.fetch_all(conn, str)
    for tablespace in tablespaces:
        async with db.transaction() as conn:
            await SQL.spill_into.execute(conn, tablespace)
            await SQL.spill.fetch_one(conn, str)


async def walk(conn: Conn, name: str) -> WalkState:
    """Return where the walk stands: at the beginning before the first look."""
    return await SQL.walk.fetch_optional(conn, WalkState, name) or WalkState(name)


async def keep_walk(conn: Conn, state: WalkState) -> None:
    """Keep where the walk stands."""
    await SQL.keep_walk.execute(
        conn, state.walk, state.position, state.touched_until, state.walked_at
    )


async def broken_ids(conn: Conn, invariant: str) -> set[UUID]:
    """Return the subjects of which the invariant was broken when they were last looked at."""
    return set(await SQL.broken_ids.fetch_all(conn, UUID, invariant))


async def in_hand(conn: Conn, ids: Iterable[UUID], seconds: float) -> set[UUID]:
    """Return those about which a task waits or runs that was asked for no longer ago than that."""
    return set(await SQL.in_hand.fetch_all(conn, UUID, [str(one) for one in ids], seconds))


async def keep_breaches(
    conn: Conn, invariant: str, ids: Iterable[UUID], found: Sequence[Exceptional]
) -> None:
    """Keep what was found among the subjects with these ids; what was not is whole again."""
    subjects = [row.subject for row in found]
    await SQL.mend_breaches.execute(conn, invariant, list(ids), subjects)
    owners, details = [row.id for row in found], [row.detail for row in found]
    await SQL.keep_breaches.execute(conn, invariant, subjects, owners, details)


async def keep_check(conn: Conn, invariant: str) -> int:
    """Keep when the invariant was looked at, and return how often it is broken."""
    return await SQL.keep_check.fetch_one(conn, int, invariant)


async def last_checks(conn: Conn) -> dict[str, Check]:
    """Return what was found when each was last looked at, by the invariant's name."""
    return {check.invariant: check for check in await SQL.last_checks.fetch_all(conn, Check)}


async def walks(conn: Conn) -> dict[str, WalkState]:
    """Return where every walk stands."""
    return {state.walk: state for state in await SQL.walks.fetch_all(conn, WalkState)}
