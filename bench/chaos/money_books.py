"""Stripe's books, our ledger and what bookings say of their money: to the minor unit the same."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from bench.chaos.outside import Outside, reference_of
from bench.chaos.world import World
from maritime_app import domains
from maritime_app.errors import Unavailable
from maritime_app.payments.balance import service as balance
from maritime_app.resources import Resources, open_resources
from maritime_app.settings import file as settings_file

_TRIES = 10
_STANDING = ("paid", "confirming", "confirmed")
# Where a claim is sent although the customer had that money without us before it was decided. What
# is learnt in the same moments cannot be known.
_TWICE = """
select b.reference, c.amount_minor, c.reason, o.minor as outside_minor, v.minor as covered_minor
  from refund c
  join payment p on p.id = c.payment_id join booking b on b.id = p.subject_id
 cross join lateral (
       select coalesce(sum(amount_minor), 0) as minor from refund
        where payment_id = p.id and origin = 'stripe' and status in ('requested', 'succeeded')
          and created_at < c.created_at - interval '2 seconds') o
 cross join lateral (
       select coalesce(sum(amount_minor), 0) as minor from refund
        where payment_id = p.id and origin = 'service' and status = 'covered') v
 where c.origin = 'service' and c.claim_id is null and c.status in ('requested', 'succeeded')
   and o.minor > v.minor
"""
_LEDGER = """
select currency, sum(amount_minor)::bigint as minor from ledger where account = 'stripe' group by 1
"""


def agreed(
    bookings: Mapping[str, Mapping[str, Any]],
    charges: Iterable[Mapping[str, Any]],
    intents: Mapping[str, Mapping[str, Any]],
    asked_for: set[str],
    outside: Outside,
) -> list[str]:
    """Per booking: what Stripe kept is what the booking is worth and what our ledger says, to the
    minor unit, and we asked for the price once, and once for each change.

    `asked_for` are the intents of our checkout sessions; a charge beside them is a fault that was
    played. What went back without us and covers nothing that was owed is a gift.
    """
    kept: Counter[str] = Counter()
    captures: Counter[str] = Counter()
    broken = []
    for charge in charges:
        if charge["status"] != "succeeded":
            continue
        reference = reference_of(intents, charge)
        if reference not in bookings:
            broken.append(f"payment without booking: {charge['id']} for {reference or 'nothing'}")
            continue
        is_for_change = charge["payment_intent"] in bookings[reference]["change_intents"]
        captures[reference] += charge["payment_intent"] in asked_for and not is_for_change
        kept[reference] += charge["amount"] - charge["amount_refunded"]
    for reference, booking in bookings.items():
        kept_minor = kept[reference] - outside.withdrawn[reference]
        worth_minor = _worth_minor(booking) - outside.minor(reference) + booking["covered_minor"]
        story = f"money of {reference} ({booking['status']}): {captures[reference]} captures, "
        if kept_minor != worth_minor:
            broken.append(f"{story}{kept_minor} kept, worth {worth_minor}")
        if kept_minor != booking["ledger_minor"]:
            broken.append(f"{story}{kept_minor} kept, {booking['ledger_minor']} in the ledger")
        if booking["covered_minor"] > outside.minor(reference):
            back = f"{booking['covered_minor']} counted as back, {outside.minor(reference)} was"
            broken.append(story + back)
        if booking["status"] == "confirmed" and captures[reference] != 1:
            broken.append(f"{reference} is confirmed with {captures[reference]} captures")
    return broken


def _worth_minor(booking: Mapping[str, Any]) -> int:
    """Return what is to be kept of a booking that nobody gave anything back of without us."""
    worth_minor = 0
    if booking["status"] in _STANDING:
        worth_minor = booking["total_minor"]
        worth_minor -= min(worth_minor, booking["goodwill_minor"])
    elif booking["status"] == "cancelled":
        worth_minor = booking["cancel_fee_minor"] or 0
    # A refund that failed at the bank is a clerk's work: known, with an alert, and still owed.
    return int(worth_minor + booking["owed_minor"])


def made_once(refunds: Iterable[Mapping[str, Any]]) -> list[str]:
    """No refund of ours was made twice at Stripe."""
    made = Counter(
        refund["metadata"].get("refund_id", refund["id"])
        for refund in refunds
        if refund["status"] != "failed"
    )
    return [
        f"double refund: {identifier} was made {count} times"
        for identifier, count in made.items()
        if count > 1
    ]


async def given_twice(conn: Any) -> list[str]:
    """Nothing is sent that the customer had without us, as was known when it was decided."""
    return [
        f"given back twice: {row['amount_minor']} of {row['reference']} ({row['reason']}):"
        f" {row['outside_minor']} was back, {row['covered_minor']} of it counted"
        for row in await conn.fetch(_TWICE)
    ]


async def balanced(conn: Any, here: World) -> list[str]:
    """Once its movements were read, the balance at Stripe is our ledger's, by currency."""
    async with (
        asyncio.timeout(120),
        open_resources(settings_file.load(_with_sandbox(here)), domains.PARTS) as res,
    ):
        await _read(res)
    ours = {row["currency"]: row["minor"] for row in await conn.fetch(_LEDGER)}
    url = f"{here.sandbox_url}/stripe/v1/balance"
    async with here.http.get(url, headers={"Authorization": "Bearer sk_test_judge"}) as answer:
        available = (await answer.json())["available"]
    return unequal({one["currency"].upper(): one["amount"] for one in available}, ours)


def _with_sandbox(here: World) -> dict[str, str]:
    at = {"STRIPE_API_BASE": f"{here.sandbox_url}/stripe", "STRIPE_SECRET_KEY": "sk_test_judge"}
    return here.environment | at


async def _read(res: Resources) -> None:
    """Read what moved the balance; on a busy machine the provider may take longer than we wait."""
    for _ in range(_TRIES):
        with contextlib.suppress(Unavailable):
            await balance.read_balance(res)
            return
        await asyncio.sleep(1)
    await balance.read_balance(res)


def unequal(theirs: Mapping[str, int], ours: Mapping[str, int]) -> list[str]:
    """Return the currencies in which the balance at Stripe is not the ledger's."""
    return [
        f"Stripe's balance is {theirs.get(one, 0)} {one}, the ledger's {ours.get(one, 0)}"
        for one in sorted(theirs.keys() | ours.keys())
        if theirs.get(one, 0) != ours.get(one, 0)
    ]
