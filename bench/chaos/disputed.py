"""What became of disputes: a lost one makes a ticket void until staff decide, no other does."""

from collections.abc import Iterable
from typing import Any

from bench.chaos.dashboard import Decision
from bench.chaos.outside import Outside
from bench.chaos.promises import Promise
from bench.chaos.staff import Came
from bench.chaos.world import World

_SUSPENDED = "ticket_suspended"
_DISPUTES = """
select d.id, b.reference, b.status as booking, d.status, d.decision,
       p.kept_at is not null as is_stood_on,
       exists (select from alert t where t.kind = 'dispute' and t.subject_kind = 'dispute'
                and t.subject_id = d.id and t.resolved_at is null) as is_said,
       exists (select from mail m where m.template = 'ticket_suspended'
                and m.unique_key = 'dispute:' || d.id || ':lost') as is_written
  from dispute d join payment p on p.id = d.payment_id join booking b on b.id = p.subject_id
"""


async def judged(
    conn: Any,
    here: World,
    outside: Outside,
    decided: dict[str, Decision],
    promises: Iterable[Promise],
) -> tuple[list[str], set[str]]:
    """Return what is not as the banks and staff decided, and the lost disputes that staff have been
    called for and have not decided yet.
    """
    rows = {row["id"]: dict(row) for row in await conn.fetch(_DISPUTES)}
    broken = unlike(rows, outside, decided)
    undecided = {
        one for one, row in rows.items() if row["status"] == "lost" and row["decision"] is None
    }
    void = {rows[one]["reference"] for one in undecided if _takes_ticket(rows[one])}
    known = {row["reference"] for row in rows.values() if row["booking"] == "confirmed"}
    for promise in promises:
        if promise.reference in known:
            shown = await _shown(here, promise)
            broken += wrongly_shown(promise.reference, shown, promise.reference in void)
    return broken, {one for one in undecided if rows[one]["is_said"]}


def unlike(
    rows: dict[str, dict[str, Any]], outside: Outside, decided: dict[str, Decision]
) -> list[str]:
    """Return the disputes that our rows tell otherwise than the banks, or than staff decided."""
    broken = []
    ends = dict.fromkeys(outside.lost, "lost") | dict.fromkeys(outside.won, "won")
    for identifier, status in ends.items():
        row = rows.get(identifier)
        if row is None or row["status"] != status:
            said = row["status"] if row else "unknown"
            broken.append(f"dispute {identifier} was {status}, to us it is {said}")
        elif status == "lost" and row["decision"] is None:
            if not row["is_said"]:
                broken.append(f"dispute {identifier} was lost and nobody is called to decide")
            if _takes_ticket(row) and not row["is_written"]:
                broken.append(f"dispute {identifier} was lost, its passenger was not told")
    for identifier, made in decided.items():
        decision = (rows.get(identifier) or {}).get("decision")
        if decision not in ({made.decision} if made.came is Came.DONE else {made.decision, None}):
            broken.append(f"staff decided {made.decision} about {identifier}, it is {decision}")
        elif decision == "cancelled" and rows[identifier]["booking"] != "cancelled":
            broken.append(f"staff ended {made.reference}, it is {rows[identifier]['booking']}")
    return broken


def _takes_ticket(row: dict[str, Any]) -> bool:
    """Return whether a lost dispute is about money that a ticket stands on: what was charged a
    second time buys nothing.
    """
    return row["booking"] == "confirmed" and bool(row["is_stood_on"])


def wrongly_shown(reference: str, shown: dict[str, Any], is_void: bool) -> list[str]:
    """Return what a passenger is told of a ticket that is void, or is not."""
    says_void = shown["story"]["situation"] == _SUSPENDED
    if is_void and (not says_void or shown["ticket_url"]):
        return [f"a lost dispute leaves {reference} its ticket: {shown['story']['situation']}"]
    if says_void and not is_void:
        return [f"the ticket of {reference} is void without a lost dispute"]
    return []


async def _shown(here: World, promise: Promise) -> dict[str, Any]:
    url = f"{here.web_urls[0]}/api/v1/bookings/{promise.reference}"
    headers = {"X-Forwarded-For": "10.5.0.1"}
    async with here.http.get(url, params={"token": promise.token}, headers=headers) as answer:
        answer.raise_for_status()
        shown: dict[str, Any] = await answer.json()
    return shown
