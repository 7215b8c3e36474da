"""A signed Stripe event: verified, deduplicated, its job written, committed, then 200."""

from contextlib import AsyncExitStack

from bench.report import Report
from bench.rounds import Load, Side, figures, play
from bench.stage import Stage, peers_missing

_PATH = "/api/v1/webhooks/stripe"


async def measure(stage: Stage) -> Report:
    """Beside the same handler that only verifies, and FastAPI with SQLAlchemy and Celery.

    All events are distinct.
    """
    report = Report(
        "webhook",
        "signed event -> event and job rows committed -> 200, distinct events, 32 connections",
    )
    async with AsyncExitStack() as stack:
        verify_only = await stack.enter_async_context(stage.baseline("verify_only"))
        ours = await stack.enter_async_context(stage.ours())
        load = Load("webhooks", {"path": _PATH})
        sides = [Side("verify only", verify_only, load), Side("ours", ours, load)]
        missing = peers_missing()
        if missing:
            report.skipped.append(f"FastAPI + SQLAlchemy + Celery: {missing}")
        else:
            peer = await stack.enter_async_context(stage.baseline("fastapi_webhook", peer=True))
            sides.append(Side("FastAPI + SQLAlchemy + Celery .delay()", peer, load))
        await play(sides)
        report.notes.append(f"an fsync of 8 kB took {stage.sync_ms():.2f} ms beside it all")
    await _check(stage, report)
    figures(report, sides)
    speeds = [side.per_second for side in sides]
    report.ratio("ours / verify only", speeds[1], speeds[0], 0.40)
    report.ratio("verify only's CPU time / ours", sides[0].cpu_us, sides[1].cpu_us)
    report.at_most(sides[1].p99_ms, 20.0)
    if not missing:
        report.ratio("ours / FastAPI + SQLAlchemy + Celery", speeds[1], speeds[2], 12.0)
    return report


async def _check(stage: Stage, report: Report) -> None:
    """Every event has its job; commits were really waited for."""
    async with stage.resources() as res, res.db.acquire() as conn:
        stored, without = await conn.fetchrow(
            "select count(*), count(*) filter (where j.id is null) from stripe_event e"
            " left join job j on j.subject_id = e.id and j.subject_kind = 'stripe_event'"
        )
        commit = await conn.fetchval("show synchronous_commit")
    report.notes.append(
        f"{stored:,} events stored, {without} of them without a job, synchronous_commit {commit}"
    )
    if without or commit != "on":
        raise RuntimeError(report.notes[-1])
