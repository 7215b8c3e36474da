"""Money that is owed after a refund failed at the bank: allowed where somebody was called for it
and their page says what to do next. Owed in silence it is a broken promise.
"""

from typing import Any

from bench.chaos.world import World

# What is left of each failed refund of ours, and whether its alert is open.
_OWED = """
select c.id::text as refund_id, b.reference, c.amount_minor - a.paid as owed_minor,
       exists (select from alert t
               where t.kind in ('refund_failed', 'refund_refused') and t.resolved_at is null
                 and t.subject_kind = 'refund' and t.subject_id in (
                       select id::text from refund where id = c.id or claim_id = c.id)) as is_said
  from refund c
  join payment p on p.id = c.payment_id join booking b on b.id = p.subject_id
 cross join lateral (select coalesce(sum(amount_minor), 0) as paid from refund
                      where claim_id = c.id and status <> 'failed') a
 where c.status = 'failed' and c.origin = 'service' and c.claim_id is null
   and a.paid < c.amount_minor
"""


async def judged(conn: Any, here: World) -> tuple[list[str], set[str]]:
    """Return what is owed without a word or a next step, and the refunds that are all right."""
    broken, known = [], set()
    for row in await conn.fetch(_OWED):
        story = f"{row['owed_minor']} of {row['reference']}, refund {row['refund_id']}"
        if not row["is_said"]:
            broken.append(f"owed and nobody is called: {story}")
        elif not await _has_next_step(here, row):
            broken.append(f"owed and staff are not told what to do: {story}")
        else:
            known.add(row["refund_id"])
    return broken, known


async def _has_next_step(here: World, row: Any) -> bool:
    """Return whether the booking's page for staff names the refund, its sum and the next step."""
    url = f"{here.web_urls[0]}/api/v1/back-office/bookings/{row['reference']}"
    headers = {"Authorization": f"Bearer {here.staff_token}"}
    async with here.http.get(url, headers=headers) as answer:
        owed = (await answer.json())["owed"] if answer.status == 200 else []
    return any(
        one["refund_id"] == row["refund_id"]
        and one["amount"]["amount_minor"] == row["owed_minor"]
        and one["next_step"]
        for one in owed
    )
