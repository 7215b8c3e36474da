"""The invariants looked at, by schedule and a slice at a time; what was found is kept.

Which there are is said by each domain (its `invariants.py`); domains.INVARIANTS has them all.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from maritime_app import clock
from maritime_app.ids import first_uuid7
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.invariant import Exceptional, Invariant, Walk
from maritime_app.ops import store
from maritime_app.ops.model import Breach, WalkState
from maritime_app.resources import Resources

NOWHERE = UUID(int=0)  # before the first subject
_SLICE = 5_000  # subjects of each walk at a look: ten million come round in a week
_OVERLAP = timedelta(minutes=10)  # what was being written at the last look
_LONGEST_LOOK_BACK = timedelta(days=1)  # after a longer pause the walk is left to find it
# Paid and not yet confirmed, refunded and not yet written: a task about it is on its way. Half of
# the overlap, so that it is looked at again if that task hangs.
_IN_HAND_SECONDS = 300.0
_MOST_ALERTS = 50  # of one invariant at a look


async def broken(
    res: Resources, invariants: Sequence[Invariant], *, stuck_after_seconds: float | None = None
) -> list[Breach]:
    """Return every exception there is now, in all that is stored; none is the only good answer."""
    found = []
    for invariant in invariants:
        if invariant.walk is None:
            rows = await _exceptions(res, invariant, (), stuck_after_seconds)
            found += [_breach(invariant, row) for row in rows]
            continue
        ids = await _following(res, invariant.walk, NOWHERE)
        while ids:
            rows = await _exceptions(res, invariant, ids)
            found += [_breach(invariant, row) for row in rows]
            ids = await _following(res, invariant.walk, ids[-1])
    return found


async def check(res: Resources, invariants: Sequence[Invariant]) -> int:
    """Look at what has changed and at the next slice of everything; return how many are broken.

    What was found is kept for the dashboard, and raises an alert each; what a task has in hand is
    left to a later look.
    """
    steps = {walk.name: await _step(res, walk) for walk in _walks(invariants)}
    breaches = 0
    for invariant in invariants:
        ids = set(steps[invariant.walk.name].ids) if invariant.walk else set()
        async with res.db.acquire() as conn:
            ids |= await store.broken_ids(conn, invariant.name)
        found = await _not_in_hand(res, await _exceptions(res, invariant, sorted(ids)))
        breaches += await _keep(res, invariant, ids, found)
    async with res.db.transaction() as conn:
        for step in steps.values():
            await store.keep_walk(conn, step)
    return breaches


def _walks(invariants: Sequence[Invariant]) -> list[Walk]:
    return list({one.walk.name: one.walk for one in invariants if one.walk}.values())


async def _step(res: Resources, walk: Walk) -> WalkState:
    """Return what to look at now, and where the walk stands after it."""
    now = clock.now()
    async with res.db.acquire() as conn:
        before = await store.walk(conn, walk.name)
        since = max(before.touched_until or now, now - _LONGEST_LOOK_BACK) - _OVERLAP
        touched = await walk.touched.fetch_all(conn, UUID, since, first_uuid7(since))
    ids = await _following(res, walk, before.position)
    is_round = len(ids) < _SLICE
    return WalkState(
        walk.name,
        NOWHERE if is_round else ids[-1],
        touched_until=now,
        walked_at=now if is_round else before.walked_at,
        ids=(*touched, *ids),
    )


async def _following(res: Resources, walk: Walk, after: UUID) -> list[UUID]:
    async with res.db.acquire() as conn:
        return await walk.following.fetch_all(conn, UUID, after, _SLICE)


async def _exceptions(
    res: Resources,
    invariant: Invariant,
    ids: Sequence[UUID],
    patience_seconds: float | None = None,
) -> list[Exceptional]:
    """Return the exceptions among these subjects; among everything where there is no walk."""
    if invariant.walk:
        args: tuple[object, ...] = (list(ids),)
    elif invariant.patience_seconds is not None:
        args = (patience_seconds or invariant.patience_seconds,)
    else:
        args = ()
    async with res.db.acquire() as conn:
        return await invariant.query.fetch_all(conn, Exceptional, *args)


async def _not_in_hand(res: Resources, found: list[Exceptional]) -> list[Exceptional]:
    ids = {row.id for row in found if row.id is not None}
    if not ids:
        return found
    async with res.db.acquire() as conn:
        busy = await store.in_hand(conn, ids, _IN_HAND_SECONDS)
    return [row for row in found if row.id not in busy]


async def _keep(
    res: Resources, invariant: Invariant, ids: set[UUID], found: Sequence[Exceptional]
) -> int:
    """Keep what was found among these subjects, and return how many are broken in all."""
    async with res.db.transaction() as conn:
        await store.keep_breaches(conn, invariant.name, ids, found)
        count = await store.keep_check(conn, invariant.name)
        for row in found[:_MOST_ALERTS]:
            message = f"{invariant.meaning}: {row.detail}"
            await raise_alert(conn, "invariant", message, subject=("breach", row.subject))
    return count


def _breach(invariant: Invariant, row: Exceptional) -> Breach:
    return Breach(invariant.meaning, row.subject, row.detail)
