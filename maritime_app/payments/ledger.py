"""The ledger: double entry, every transaction once, its lines adding up to zero.

Accounts: `stripe` is the balance at Stripe, `stripe_fees` what Stripe keeps, `bank` what it has
paid out, `elsewhere` money given back by hand, `exchange` the other side of a conversion,
`unexplained` movements behind which is nothing of ours, and `<kind>:<id>` what was paid for: its
balance is minus what we keep for it.
"""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from maritime_app.infra.db import Conn
from maritime_app.payments import store

STRIPE = "stripe"
FEES = "stripe_fees"
BANK = "bank"
ELSEWHERE = "elsewhere"
EXCHANGE = "exchange"
UNEXPLAINED = "unexplained"


def transaction_id(name: str) -> UUID:
    """Return the id of the transaction that is named after something of Stripe's."""
    return uuid5(NAMESPACE_URL, f"stripe:{name}")


def reversal_id(posted_id: UUID) -> UUID:
    """Return the id of the transaction that takes another one back."""
    return uuid5(posted_id, "reversal")


async def post(
    conn: Conn, posted_id: UUID, lines: Sequence[tuple[str, int]], currency: str, memo: str
) -> None:
    """Write a transaction unless it is written; raise ValueError unless it adds up to zero."""
    if sum(amount for _, amount in lines):
        raise ValueError("a ledger transaction must add up to zero")
    accounts, amounts = [account for account, _ in lines], [amount for _, amount in lines]
    await store.add_ledger(conn, posted_id, accounts, amounts, currency, memo)


async def move(
    conn: Conn,
    posted_id: UUID,
    source: str,
    target: str,
    amount_minor: int,
    currency: str,
    memo: str,
) -> None:
    """Write that an amount goes from one account to another."""
    await post(conn, posted_id, [(target, amount_minor), (source, -amount_minor)], currency, memo)
