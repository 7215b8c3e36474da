"""Whether what staff did stands in the books once, and what they did not do, not at all."""

from typing import Any

from bench.chaos.staff import Came, Staff

# What staff give is a refund, a lower price and a line in the audit log, or none of them.
_BOOKS = """
select 'goodwill is not what was refunded' as what,
       b.reference || ': ' || b.goodwill_minor || ' and ' || coalesce(r.minor, 0) as detail
  from booking b
  left join (select p.subject_id, sum(r.amount_minor) as minor
               from refund r join payment p on p.id = r.payment_id
              where r.reason = 'goodwill' and r.origin = 'service' and r.claim_id is null
              group by 1) r
    on r.subject_id = b.id
 where b.goodwill_minor <> coalesce(r.minor, 0)
union all
select 'goodwill is not what the audit log says', b.reference || ': ' || b.goodwill_minor
  from booking b
  left join (select subject_id, sum((detail ->> 'amount_minor')::bigint) as minor
               from audit where action = 'booking_goodwill' group by 1) a
    on a.subject_id in (b.id::text, b.reference)
 where b.goodwill_minor <> coalesce(a.minor, 0)
"""
_GIVEN = """
select b.reference, count(*)::int as times
  from audit a join booking b on a.subject_id in (b.id::text, b.reference)
 where a.action = 'booking_goodwill' group by 1
"""
_LEAVES = "select expected_departs_at from sailing where id = $1::text::uuid"
_WRITTEN_TO = "select contact_email from booking where reference = $1"
_STATUS = "select status from booking where reference = $1"


async def judged(conn: Any, staff: Staff) -> list[str]:
    """Return what of all that stands otherwise; `conn` is a connection."""
    broken = [f"{row['what']}: {row['detail']}" for row in await conn.fetch(_BOOKS)]
    broken += await _goodwill(conn, staff)
    for sailing_id, known in staff.expected_times.items():
        now = await conn.fetchval(_LEAVES, sailing_id)
        if now not in known:
            broken.append(f"sailing {sailing_id} leaves at {now}, staff said {known}")
    for reference, addresses in staff.addresses.items():
        now = await conn.fetchval(_WRITTEN_TO, reference)
        if now not in addresses:
            broken.append(f"{reference} is written to at {now}, staff said {addresses}")
    for reference, came in staff.cancelled.items():
        status = await conn.fetchval(_STATUS, reference)
        if came is Came.DONE and status != "cancelled":
            broken.append(f"staff cancelled {reference}, it is {status}")
    return broken


async def _goodwill(conn: Any, staff: Staff) -> list[str]:
    given = {row["reference"]: row["times"] for row in await conn.fetch(_GIVEN)}
    broken = []
    for reference, clicks in staff.goodwill.items():
        done, unknown = clicks.count(Came.DONE), clicks.count(Came.UNKNOWN)
        times = given.get(reference, 0)
        if not done <= times <= done + unknown:
            said = f"staff {done} times, {unknown} not known"
            broken.append(f"goodwill of {reference}: given {times} times, {said}")
    return broken
