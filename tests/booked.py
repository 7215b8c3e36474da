"""A booking as tests watch it: until it has a state, until a mail has gone, until nothing waits."""

import asyncio
import html
import re
from typing import Any

from maritime_app import domains
from maritime_app.bookings import store
from maritime_app.bookings.reconciliation import service as reconciliation
from maritime_app.ops import invariants
from maritime_app.payments.balance import service as balance

# What mallory shows for somebody else's booking, and how that is refused.
SHOWN_BY_MALLORY: list[tuple[dict[str, str], tuple[int, str]]] = [
    ({}, (422, "proof_missing")),
    ({"surname": "mallory"}, (404, "booking")),
    ({"token": "x" * 24}, (404, "booking")),
]


async def confirmed_in_rows(res, booking):
    """Pay and confirm what was just booked, in its rows alone: nobody else hears of it.

    Returns the booking as services have it.
    """
    async with res.db.transaction() as conn:
        stored: Any = await store.booking_by_reference(conn, booking["reference"])
        await conn.execute(
            "update payment set status = 'succeeded', received_minor = amount_minor, intent_id ="
            " 'pi_' || id, charge_id = 'ch_' || id, kept_at = now() where subject_id = $1",
            stored.id,
        )
        await conn.execute(
            "update booking set status = 'confirmed', paid_at = now(), confirmed_at = now()"
            " where id = $1",
            stored.id,
        )
        return await store.booking_by_id(conn, stored.id)


async def state_of(shop, booking):
    """The booking as its own customer sees it."""
    async with shop.get(
        f"/api/v1/bookings/{booking['reference']}?token={booking['token']}"
    ) as answer:
        assert answer.status == 200
        return await answer.json()


async def filled_form(client, sailing):
    """What a browser sends from the booking form, filled in for Ada Lund and Bo Berg."""
    async with client.get(f"/bookings/new?out={sailing}&adults=2") as shown:
        page = await shown.text()
    hidden = r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"'
    return dict(re.findall(hidden, html.unescape(page))) | {
        "passengers-0-given_name": "Ada",
        "passengers-0-family_name": "Lund",
        "passengers-0-birth_date": "1980-02-03",
        "passengers-1-given_name": "Bo",
        "passengers-1-family_name": "Berg",
        "passengers-1-birth_date": "1984-07-01",
        "contact-email": "ada@example.org",
        "terms": "yes",
    }


async def until(shop, booking, status):
    """Wait until the booking has that status; returns it."""
    async with asyncio.timeout(60):
        while (shown := await state_of(shop, booking))["status"] != status:
            await asyncio.sleep(0.05)
    return shown


async def until_mail(played, template):
    """Wait until a mail of that kind has gone out."""
    async with asyncio.timeout(60):
        while True:
            async with played.db.acquire() as conn:
                if await conn.fetchval(
                    "select count(*) from mail where template = $1 and sent_at is not null",
                    template,
                ):
                    return
            await asyncio.sleep(0.05)


async def drained(played):
    """Until every event has come and was worked through, and no job waits that is due.

    What the provider keeps to itself (its switch `deliver` is off) is not waited for.
    """
    async with asyncio.timeout(60):
        # Jobs first and last: one may let the provider tell of something, which makes another.
        while (
            await _jobs_waiting(played)
            or await _events_waiting(played)
            or await _jobs_waiting(played)
        ):
            await asyncio.sleep(0.05)


async def _jobs_waiting(played):
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select count(*) from job where state in ('queued', 'running') and run_at <="
            " now() and task not like 'ports.%'"
        )


async def _events_waiting(played):
    """How many events of the provider in the sandbox are on their way to us; none without one."""
    if not played.settings.sandbox.url:
        return 0
    async with played.http.get(f"{played.settings.sandbox.url}/control/state.json") as answer:
        state = await answer.json()
    return state["deliveries_waiting"] if state["stripe"]["deliver"] else 0


async def nothing_is_broken(played):
    """Every invariant holds, once nothing is under way any more and a night has passed."""
    await drained(played)
    await balance.read_balance(played)
    await reconciliation.reconcile(played)
    broken = await invariants.broken(played, domains.INVARIANTS)
    assert broken == [], broken  # pytest does not rewrite this module


async def quoted(shop, booking):
    """What cancelling costs now."""
    async with shop.post(
        f"{cancellation_address(booking)}-quote", json={"token": booking["token"]}
    ) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def cancel(shop, booking, fee_minor):
    """Cancel for exactly that fee."""
    async with shop.post(
        cancellation_address(booking), json={"token": booking["token"], "fee_minor": fee_minor}
    ) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def checkout_page(played):
    """The address of the payment page that was opened."""
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select checkout_url from payment where checkout_url is not null"
        )


async def stored_event(played, kind):
    """An event of that kind as Stripe sent it."""
    async with played.db.acquire() as conn:
        return await conn.fetchval("select payload from stripe_event where type = $1", kind)


async def counts(played):
    """How many rows there are of what happens once."""
    async with played.db.acquire() as conn:
        return {
            table: await conn.fetchval(f"select count(*) from {table}")
            for table in ("booking", "payment", "refund", "mail", "ledger", "alert")
        }


def cancellation_address(booking):
    return f"/api/v1/bookings/{booking['reference']}/cancel"


async def taken(db, sailing):
    """What of a sailing is taken, by resource."""
    async with db.acquire() as conn:
        rows = await conn.fetch(
            "select resource, taken from capacity where sailing_id = $1", sailing
        )
    return {row["resource"]: row["taken"] for row in rows}


def fields_of(text):
    """What a browser would send of a page's last form, nothing ticked."""
    form = text[text.rindex("<form", 0, text.rindex('name="act"')) :]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, ticked = attributes.get("type"), " checked" in tag
        if "name" in attributes and (kind not in ("radio", "checkbox") or ticked):
            fields[attributes["name"]] = html.unescape(attributes.get("value", ""))
    return fields
