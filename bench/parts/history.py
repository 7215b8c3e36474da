"""What staff look at when the service has run for long: pages, lists and counts over millions of
tasks, a look at the invariants, and a month that is archived. HISTORY_JOBS says how many tasks
(twenty to a booking); they are written by the database itself.
"""

import os
import time
from datetime import UTC, datetime
from uuid import UUID

import aiohttp
import asyncpg

from bench.report import Report
from bench.stage import Measured, Stage
from maritime_app import domains
from maritime_app.accounts import tokens
from maritime_app.accounts.model import NewPersonRequest
from maritime_app.accounts.permissions import Role, grantable
from maritime_app.accounts.staff import service as staff
from maritime_app.infra.history import months
from maritime_app.ops import invariants
from maritime_app.resources import Resources

_JOBS = int(os.environ.get("HISTORY_JOBS", "1000000"))
_ROUNDS = 15
_MOST_MS = 100.0
# The n-th of as many ids of version 7 over the last ninety days; what makes one differ from another
# of the same millisecond is drawn from the number.
_ID = """
create or replace function pg_temp.nth_id(n bigint, of_all bigint, kind text) returns uuid
language sql immutable as $$
    select (lpad(to_hex(((extract(epoch from now()) - 7776000.0 * (of_all - n) / of_all)
        * 1000)::bigint), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid
    from md5(kind || n) as h
$$
"""
_BOOKINGS = """
with made as (
    select n, pg_temp.nth_id(n, $1, 'booking') as id,
           now() - interval '90 days' * ($1 - n) / $1 as at
    from generate_series(1, $1::bigint) as n
), booked as (
    insert into booking (id, reference, status, contact_email, currency, total_minor, created_at,
        expires_at, paid_at, confirmed_at)
    select id, 'H' || lpad(n::text, 9, '0'), 'confirmed', 'h' || n || '@example.org', 'EUR', 1000,
           at, at, at, at
    from made
), legs as (
    insert into booking_leg (booking_id, number, sailing_id, price_minor, operator_reference)
    select id, 1, (select id from sailing order by id limit 1), 1000, 'H-' || n from made
), aboard as (
    insert into passenger (booking_id, number, kind, given_name, family_name)
    select id, 1, 'adult', 'Ada', 'Lund' from made
), paid as (
    insert into payment (id, subject_kind, subject_id, amount_minor, currency, status,
        received_minor, created_at, settled_at, kept_at)
    select pg_temp.nth_id(n, $1, 'payment'), 'bookings', id, 1000, 'EUR', 'succeeded', 1000, at,
           at, at
    from made
), lines as (
    insert into ledger (transaction_id, at, account, amount_minor, currency, memo)
    select pg_temp.nth_id(n, $1, 'payment'), at, side.account, side.minor, 'EUR', 'payment'
    from made
    cross join lateral (values
        ('stripe', 1000), ('bookings:' || id, -1000)) as side (account, minor)
), mails as (
    insert into mail (id, unique_key, template, recipient, language, context, created_at, sent_at)
    select pg_temp.nth_id(n, $1, 'mail'), 'booking:' || id || ':confirmation:1',
           'booking_confirmation', 'h@example.org', 'en', '{}', at, at
    from made
), mail_keys as (
    insert into mail_key
    select 'booking:' || id || ':confirmation:1', pg_temp.nth_id(n, $1, 'mail') from made
), events as (
    insert into stripe_event (id, type, payload, received_at, processed_at)
    select 'evt_' || n || '_' || k, 'charge.updated', '{}', at, at
    from made cross join generate_series(1, 4) as k
)
insert into stripe_event_key
select 'evt_' || n || '_' || k from made cross join generate_series(1, 4) as k
"""
_DONE = """
with made as (
    select n, pg_temp.nth_id(n, $1, 'job') as id,
           now() - interval '90 days' * ($1 - n) / $1 as at
    from generate_series(1 + $2::bigint, $3::bigint) as n
), attempts as (
    insert into job_attempt (job_id, number, worker, started_at, finished_at, outcome)
    select id, 1, 'here:1', at, at, 'done' from made
), keys as (
    insert into job_key select 'stripe:history:' || n, id from made where n % 2 = 0
)
insert into job (id, task, queue, payload, subject_kind, subject_id, unique_key, state, tries,
    run_at, created_at, started_at, finished_at, outcome)
select id,
       case when n = 7 then 'bench.rare' else (array['payments.process_payment_webhook',
           'emails.send_booking_confirmation', 'bookings.accept_payment',
           'ports.sync_unctad'])[1 + n % 4] end,
       (array['payments', 'emails', 'bookings', 'data'])[1 + n % 4],
       '{"n": 1}', 'bookings', pg_temp.nth_id(1 + n / 20, $1 / 20, 'booking')::text,
       case when n % 2 = 0 then 'stripe:history:' || n end,
       case when n % 5000 = 0 then 'dead' when n % 5000 = 1 then 'cancelled' else 'done' end,
       1, at, at, at, at, 'done'
from made
"""
_WAITING = """
insert into job (id, task, queue, run_at)
select pg_temp.nth_id($1 - n, $1, 'waiting'), 'emails.check_server', 'emails',
       now() + interval '1 day' from generate_series(1, 20000) as n
"""
_CHUNK = 500_000


async def measure(stage: Stage) -> Report:
    """Each page one at a time, as one person looks."""
    report = Report("history", f"staff's pages with {_JOBS:,} tasks and {_JOBS // 20:,} bookings")
    began = time.monotonic()
    await _fill(stage.database_url)
    report.notes.append(f"filled in {time.monotonic() - began:.0f} s")
    async with stage.resources() as res, stage.ours() as ours:
        person = NewPersonRequest("history@bench.example", "History", Role.ADMIN)
        who, _password = await staff.add(res, None, person)
        token = await tokens.make(res, None, who, "bench", set(grantable(Role.ADMIN)))
        for name, path in (await _pages(res)).items():
            series = report.figure(name, "ms", await _times(ours, token, path))
            report.at_most(series, _MOST_MS)
        await _looks(res, report)
        await _archive(res, report)
    return report


async def _fill(url: str) -> None:
    """Write what ninety days leave behind, all of it finished and sound."""
    conn = await asyncpg.connect(url)
    try:
        # Neither keys nor references are looked at row by row: all of it is made to fit.
        await conn.execute("set session_replication_role = replica")
        await conn.execute("set synchronous_commit = off")
        await conn.execute(_ID)
        await conn.execute(_BOOKINGS, _JOBS // 20, timeout=3600)
        for first in range(0, _JOBS, _CHUNK):
            await conn.execute(_DONE, _JOBS, first, min(first + _CHUNK, _JOBS), timeout=3600)
        await conn.execute(_WAITING, _JOBS)
        await conn.execute("vacuum (analyze)", timeout=3600)
    finally:
        await conn.close()


async def _pages(res: Resources) -> dict[str, str]:
    async with res.db.acquire() as conn:
        middle: UUID = await conn.fetchval(
            "select id from job where state = 'done' order by id offset $1 limit 1", _JOBS // 2
        )
        booking: UUID = await conn.fetchval("select id from booking order by id desc limit 1")
    return {
        "dashboard": "/admin",
        "tasks": "/admin/tasks",
        "tasks, given up": "/admin/tasks?state=dead",
        "tasks, waiting": "/admin/tasks?state=queued",
        "tasks, cancelled, of one queue": "/admin/tasks?state=cancelled&queue=data",
        "tasks, done, of one queue": "/admin/tasks?state=done&queue=emails",
        "tasks by a name that there is once": "/admin/tasks?task=bench.rare",
        "tasks in the middle of it all": f"/admin/tasks?before={middle}",
        "tasks of a booking": f"/admin/tasks?subject=bookings:{booking}",
        "a task": f"/admin/tasks/{middle}",
        "bookings": "/admin/bookings",
        "metrics": "/metrics",
    }


async def _times(ours: Measured, token: str, path: str) -> list[float]:
    """Milliseconds of each look; the first one, which fills caches, does not count."""
    found = []
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{ours.port}", headers=headers) as http:
        for _look in range(_ROUNDS + 1):
            began = time.perf_counter()
            async with http.get(path) as answer:
                await answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{path} answered {answer.status}")
            found.append(1000 * (time.perf_counter() - began))
    return found[1:]


async def _looks(res: Resources, report: Report) -> None:
    """What a look at the invariants takes: in the background, every five minutes."""
    found = []
    for _look in range(3):
        began = time.perf_counter()
        broken = await invariants.check(res, domains.INVARIANTS)
        found.append(time.perf_counter() - began)
        if broken:
            report.skipped.append(
                f"{broken} invariants are broken: what was filled in is not sound"
            )
    report.figure("a look at the invariants", "s", found)


async def _archive(res: Resources, report: Report) -> None:
    """Everything so far is one partition, as the migration leaves it: taken away in one go."""
    table = next(table for table in domains.MONTHLY if table.name == "job")
    later = datetime.now(UTC).date().replace(day=1)
    later = months.months_before(later, -5)
    began = time.perf_counter()
    kept = await months.keep(res.db, table, later, live_months=1, archived_months=24)
    seconds = time.perf_counter() - began
    report.figure(f"{kept.archived} months of tasks archived", "s", [seconds])
