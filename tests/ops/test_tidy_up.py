"""What is as old as the archive keeps goes, but what somebody has still to do with."""

from datetime import timedelta

from maritime_app import clock
from maritime_app.ids import first_uuid7
from maritime_app.ops import jobs


async def test_it_works(resources):
    """Dead jobs and alerts stay when their month goes; run again or settled they end, too."""
    long_ago = first_uuid7(clock.now() - timedelta(days=900))
    lately = first_uuid7(clock.now() - timedelta(days=700))
    async with resources.db.transaction() as conn:
        for made, state in ((long_ago, "done"), (lately, "done")):
            await conn.execute(
                "insert into job (id, task, queue, state) values ($1, 'x', 'data', $2)", made, state
            )
        await conn.execute(
            "insert into job (id, task, queue, state) values ($1, 'x', 'data', 'dead')",
            first_uuid7(clock.now() - timedelta(days=901)),
        )
        for kind, days in (("settled", 900), ("settled", 700), ("open", None)):
            await conn.execute(
                "insert into alert (id, kind, message, unique_key, raised_at, resolved_at)"
                " values (gen_random_uuid(), $1, '', $1 || $2, now() - interval '950 days',"
                " now() - make_interval(days => $3))",
                kind,
                str(days),
                days,
            )

    assert (await jobs.tidy_up(resources)).startswith("1 jobs, ")

    async with resources.db.acquire() as conn:
        left = await conn.fetch("select state from job order by id")
        alerts = await conn.fetch("select unique_key from alert order by 1")
    assert [row["state"] for row in left] == ["dead", "done"]
    assert [row["unique_key"] for row in alerts] == ["openNone", "settled700"]
