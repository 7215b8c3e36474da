"""The invariants, from our books and from the outside world's: they must tell the same story."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from bench.chaos import (
    disputed,
    money_books,
    outside as outsides,
    owed,
    own_invariants,
    staff_books,
)
from bench.chaos.dashboard import Dashboard
from bench.chaos.outside import Outside
from bench.chaos.promises import Promise
from bench.chaos.staff import Staff
from bench.chaos.world import World
from maritime_app.sandbox.journal import Journal
from maritime_app.sandbox.mail.message import read
from maritime_app.sandbox.mail.model import StoredMail

_LIVE = ("held", "paid", "confirming", "confirmed")


async def judge(
    here: World, promises: list[Promise], staff: Staff, dashboard: Dashboard
) -> tuple[list[str], dict[str, int]]:
    """Every broken promise in one line (none when all is well), and how much was looked at."""
    charges = [charge async for charge in _stripe(here, "charges")]
    intents = {intent["id"]: intent async for intent in _stripe(here, "payment_intents")}
    refunds = [refund async for refund in _stripe(here, "refunds")]
    disputes = [dispute async for dispute in _stripe(here, "disputes")]
    asked_for = {session["payment_intent"] async for session in _stripe(here, "checkout/sessions")}
    outside = outsides.found(intents, charges, refunds, disputes)
    conn: Any = await asyncpg.connect(here.postgres.url)
    try:
        bookings = {row["reference"]: dict(row) for row in await conn.fetch(_BOOKINGS)}
        broken = [f"{row['what']}: {row['detail']}" for row in await conn.fetch(_OUR_BOOKS)]
        broken += await staff_books.judged(conn, staff)
        silent, said = await owed.judged(conn, here)
        unlike, undecided = await disputed.judged(conn, here, outside, dashboard.decided, promises)
        broken += [*silent, *unlike, *await money_books.given_twice(conn)]
        broken += await money_books.balanced(conn, here)
        mails = await conn.fetch("select id::text, unique_key, recipient, sent_at from mail")
    finally:
        await conn.close()
    broken += money_books.agreed(bookings, charges, intents, asked_for, outside)
    broken += money_books.made_once(refunds)
    broken += _promises(bookings, promises, staff, outside, dashboard)
    received = await asyncio.to_thread(_mailbox, here)
    broken += _mails(mails, received)
    broken += _operators(here, bookings)
    looked_at = Counter(f"bookings {booking['status']}" for booking in bookings.values())
    looked_at |= {"charges": len(charges), "refunds": len(refunds)}
    looked_at |= {
        "charges nobody asked for": sum(c["payment_intent"] not in asked_for for c in charges)
    }
    looked_at |= {"refunds failed at the bank, still owed and said": len(said)}
    looked_at |= {
        "refunds at Stripe's dashboard": sum("refund_id" not in r["metadata"] for r in refunds),
        "disputes lost": len(outside.lost),
        "disputes won": len(outside.won),
        "bookings changed": sum(booking["changes"] for booking in bookings.values()),
    }
    looked_at |= {"mails written": len(mails), "mails received": len(received)}
    looked_at |= {"remote bookings": sum(bool(booking["remote"]) for booking in bookings.values())}
    return broken + await own_invariants.broken(here.environment, said, undecided), dict(looked_at)


_BOOKINGS = """
select b.id::text, b.reference, b.status, b.total_minor, b.cancel_fee_minor, b.confirmed_at,
       b.goodwill_minor, array_agg(l.sailing_id::text) as sailing_ids,
       (select coalesce(sum(r.amount_minor), 0)::bigint
          from refund r join payment p on p.id = r.payment_id
         where p.subject_id = b.id and r.origin = 'service' and r.status = 'covered'
       ) as covered_minor,
       (select coalesce(sum(c.amount_minor - (
               select coalesce(sum(amount_minor), 0) from refund
                where claim_id = c.id and status <> 'failed')), 0)::bigint
          from refund c join payment p on p.id = c.payment_id
         where p.subject_id = b.id and c.origin = 'service' and c.status = 'failed'
           and c.claim_id is null
       ) as owed_minor,
       (select -coalesce(sum(amount_minor), 0)::bigint from ledger
         where account = 'bookings:' || b.id) as ledger_minor,
       array(select intent_id from payment where subject_id = b.id and part_id is not null
             and intent_id is not null) as change_intents,
       (select count(*) from booking_change where booking_id = b.id and status = 'applied'
       ) as changes,
       array_agg(l.operator_reference order by l.number) as operator_references,
       array_agg(o.code order by l.number) filter (where o.kind = 'remote') as remote
  from booking b join booking_leg l on l.booking_id = b.id join sailing s on s.id = l.sailing_id
  join operator o on o.id = s.operator_id
 group by b.id
"""

_OUR_BOOKS = """
select 'oversold' as what,
       sailing_id || ' ' || resource || ': ' || taken || ' of ' || total as detail
  from capacity where taken > total or taken < 0
union all
select 'capacity does not match what bookings took',
       c.sailing_id || ' ' || c.resource || ': taken ' || c.taken
        || ', booked ' || coalesce(t.quantity, 0)
  from capacity c
  left join (select sailing_id, resource, sum(quantity) as quantity
               from (select lc.sailing_id, lc.resource, lc.quantity
                       from leg_capacity lc join booking b on b.id = lc.booking_id
                      where b.status in ('held', 'paid', 'confirming', 'confirmed')
                     union all  -- kept for a change that is not carried out yet
                     select sailing_id, resource, quantity from change_capacity) takes
              group by 1, 2) t
    on t.sailing_id = c.sailing_id and t.resource = c.resource
 where c.taken <> coalesce(t.quantity, 0)
union all
select 'stuck job',
       task || ' ' || id || ' ' || state || ', tries ' || tries || coalesce(': ' || error, '')
  from job
 where state in ('running', 'dead')
    or (state = 'queued' and run_at < now() - interval '5 seconds')
union all
select 'stuck booking', reference || ' is ' || status
  from booking where status in ('paid', 'confirming')
    or (status = 'held' and expires_at < now() - interval '30 seconds')
union all
select 'ledger does not balance', transaction_id::text
  from ledger group by transaction_id having sum(amount_minor) <> 0
union all
select 'event not worked through', id || ' ' || type from stripe_event where processed_at is null
union all
select 'job lies', id || ' is done without an attempt' from job j
 where state = 'done'
   and not exists (select from job_attempt a where a.job_id = j.id and a.outcome = 'done')
"""


async def _stripe(here: World, kind: str) -> AsyncIterator[dict[str, Any]]:
    headers, after = {"Authorization": "Bearer sk_test_judge"}, None
    while True:
        query = {"limit": "100"} | ({"starting_after": after} if after else {})
        url = f"{here.sandbox_url}/stripe/v1/{kind}"
        async with here.http.get(url, headers=headers, params=query) as answer:
            page = await answer.json()
        for item in page["data"]:
            yield item
        if not page["has_more"]:
            return
        after = page["data"][-1]["id"]


def _promises(
    bookings: dict[str, dict[str, Any]],
    promises: list[Promise],
    staff: Staff,
    outside: Outside,
    dashboard: Dashboard,
) -> list[str]:
    """What passengers were told is what the books say."""
    broken = []
    seen = Counter(promise.reference for promise in promises if promise.reference)
    broken += [
        f"one reference for {count} passengers: {reference}"
        for reference, count in seen.items()
        if count > 1
    ]
    for promise in promises:
        booking = bookings.get(promise.reference)
        story = f"{promise.reference} ({', '.join(promise.history)})"
        if booking and (staff.excuses(promise, booking) or dashboard.ended(promise.reference)):
            continue
        if booking and outside.ended(promise.reference, booking):
            continue
        if promise.reference and booking is None:
            broken.append(f"an acknowledged booking is gone: {story}")
        elif (
            promise.status == "paid"
            and booking
            and booking["status"] not in ("confirmed", "refused", "expired")
        ):
            broken.append(f"paid, but {booking['status']}: {story}")
        elif promise.status == "cancelled" and booking and booking["status"] != "cancelled":
            broken.append(f"cancelled, but {booking['status']}: {story}")
        elif (
            promise.fee_minor is not None
            and booking
            and not is_that_fee(booking, promise.fee_minor)
        ):
            broken.append(
                f"cancelled for {booking['cancel_fee_minor']} instead of {promise.fee_minor}:"
                f" {story}"
            )
        elif booking and is_other_price(booking, promise):
            broken.append(f"costs {booking['total_minor']} after a change: {story}")
    return broken


def is_other_price(booking: dict[str, Any], promise: Promise) -> bool:
    """Return whether a booking that was changed costs neither of what its passenger was told."""
    stands = booking["status"] in ("paid", "confirming", "confirmed")
    return stands and bool(promise.totals) and booking["total_minor"] not in promise.totals


def is_that_fee(booking: dict[str, Any], fee_minor: int) -> bool:
    """Return whether a booking cost what was promised, less what staff gave of it."""
    given_minor = fee_minor - (booking["cancel_fee_minor"] or 0)
    return 0 <= given_minor <= int(booking["goodwill_minor"])


def _mailbox(here: World) -> list[StoredMail]:
    """Every mail that was taken, from the sandbox's journal: its mailbox shows the newest only."""
    return mails_in(here.folder / "sandbox" / "mails.jsonl")


def mails_in(path: Path) -> list[StoredMail]:
    """Return the mails of a journal, without their bodies; raise ValueError where the first ones
    were thrown away, for then nobody can tell which mail is missing.
    """
    found = []
    for record in Journal(path).replay():
        mail = msgspec.convert(record, StoredMail)
        head = mail.raw[: mail.raw.find(b"\r\n\r\n") + 2]
        found.append(msgspec.structs.replace(mail, raw=head))
    if found and found[0].number != 1:
        raise ValueError(f"{path.name} begins with mail {found[0].number}")
    return found


def _mails(written: list[Any], received: list[StoredMail]) -> list[str]:
    """Every mail that was written has arrived, to whom it was written, as one message.

    A mail server that took a mail and died before saying so is given it again under the same
    Message-ID:
    mail programs show that once, and so it is counted once.
    """
    arrived: dict[str, set[str]] = defaultdict(set)
    for mail in received:
        name = read(mail).message_id.strip("<>").partition("@")[0]
        arrived[name].update(mail.recipients)
    broken = [
        f"missing mail: {mail['unique_key']}" for mail in written if mail["id"] not in arrived
    ]
    known = {mail["id"]: mail["recipient"] for mail in written}
    for identifier, recipients in arrived.items():
        if identifier not in known:
            broken.append(f"a mail that nobody wrote: {identifier} to {recipients}")
        elif recipients != {known[identifier]}:
            broken.append(f"a mail went to somebody else: {identifier}")
    per_key = Counter(mail["unique_key"] for mail in written)
    return broken + [f"double mail: {key}" for key, count in per_key.items() if count > 1]


def _operators(here: World, bookings: dict[str, dict[str, Any]]) -> list[str]:
    """What remote operators have booked is what we have confirmed, and nothing else."""
    ours = {
        reference: booking["status"]
        for booking in bookings.values()
        if booking["remote"]
        for reference in booking["operator_references"]
        if reference
    }
    broken, theirs = [], {}
    for journal in (here.folder / "sandbox").glob("operator-*.jsonl"):
        for line in journal.read_text().splitlines():
            reservation = json.loads(line)["reservation"]
            theirs[reservation["operator_reference"]] = reservation["status"]
    for reference, status in theirs.items():
        if status == "Booked" and ours.get(reference) != "confirmed":
            broken.append(
                f"operator has {reference} booked, we have {ours.get(reference, 'nothing')}"
            )
    for reference, status in ours.items():
        if status == "confirmed" and theirs.get(reference) != "Booked":
            broken.append(
                f"we have {reference} confirmed, the operator has it"
                f" {theirs.get(reference, 'nowhere')}"
            )
    return broken
