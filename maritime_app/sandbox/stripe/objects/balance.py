"""Every movement of the account's balance (https://docs.stripe.com/api/balance_transactions)."""

from maritime_app.sandbox import currencies
from maritime_app.sandbox.stripe.model import Obj, StripeProblem
from maritime_app.sandbox.stripe.objects.lists import page
from maritime_app.sandbox.stripe.params import Call

# What the provider takes of a European card: a share and a fixed part, in the currency's own units.
_FEE_PERMILLE = 15
_FEE_FIXED = 25
_DISPUTE_FEE = 2_000
_AVAILABLE_AFTER_SECONDS = 2 * 86_400


def charge(call: Call, paid: Obj) -> str:
    """The money of a charge, less the provider's fee; the id of the movement."""
    fee = paid["amount"] * _FEE_PERMILLE // 1000 + _FEE_FIXED
    fee = currencies.rounded(paid["currency"], fee)
    return _add(call, "charge", paid["id"], paid["amount"], paid["currency"], fee=fee)


def refund(call: Call, given_back: Obj) -> str:
    """The money of a refund leaves; the fee of its charge stays with the provider."""
    return _add(call, "refund", given_back["id"], -given_back["amount"], given_back["currency"])


def refund_failure(call: Call, failed: Obj) -> str:
    """The bank did not take it: the money is in the balance again."""
    return _add(call, "refund_failure", failed["id"], failed["amount"], failed["currency"])


def dispute(call: Call, opened: Obj) -> Obj:
    """The bank takes the money, and the provider a fee."""
    fee = currencies.rounded(opened["currency"], _DISPUTE_FEE)
    amount, currency = -opened["amount"], opened["currency"]
    identifier = _add(call, "adjustment", opened["id"], amount, currency, fee=fee, about="dispute")
    return call.ledger.get("balance_transaction", identifier)


def dispute_reversal(call: Call, won: Obj) -> Obj:
    """The bank gives the money back; the fee is not."""
    amount, currency = won["amount"], won["currency"]
    about = "dispute_reversal"
    identifier = _add(call, "adjustment", won["id"], amount, currency, about=about)
    return call.ledger.get("balance_transaction", identifier)


def payout(call: Call, currency: str) -> Obj:
    """Pay the whole balance of a currency out to the bank."""
    amount = _balance(call).get(currency, 0)
    if amount <= 0:
        raise StripeProblem("You have insufficient funds in your Stripe account for this payout.")
    made: Obj = {
        "id": call.ledger.new_id("po"),
        "object": "payout",
        "amount": amount,
        "arrival_date": call.now + _AVAILABLE_AFTER_SECONDS,
        "automatic": True,
        "created": call.now,
        "currency": currency,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "status": "paid",
        "type": "bank_account",
    }
    made["balance_transaction"] = _add(call, "payout", made["id"], -amount, currency)
    return call.ledger.put(made)


def show(call: Call) -> Obj:
    """GET /v1/balance"""
    call.allow(())
    amounts = [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in sorted(_balance(call).items())
    ]
    return {"object": "balance", "available": amounts, "livemode": False, "pending": []}


def retrieve(call: Call) -> Obj:
    """GET /v1/balance_transactions/:id"""
    call.allow(())
    return call.ledger.get("balance_transaction", call.path_id)


def listed(call: Call) -> Obj:
    """GET /v1/balance_transactions, newest first."""
    filters = ("type", "source", "currency", "payout")
    return page(call, call.ledger.all("balance_transaction"), filters)


def listed_payouts(call: Call) -> Obj:
    """GET /v1/payouts"""
    return page(call, call.ledger.all("payout"), ("status",))


def _balance(call: Call) -> dict[str, int]:
    sums: dict[str, int] = {}
    for movement in call.ledger.all("balance_transaction"):
        currency = movement["currency"]
        sums[currency] = sums.get(currency, 0) + movement["net"]
    return sums


def _add(
    call: Call,
    kind: str,
    source: str,
    amount: int,
    currency: str,
    *,
    fee: int = 0,
    about: str = "",
) -> str:
    details = [{"amount": fee, "currency": currency, "type": "stripe_fee"}] if fee else []
    movement: Obj = {
        "id": call.ledger.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": call.now + _AVAILABLE_AFTER_SECONDS,
        "created": call.now,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details,
        "net": amount - fee,
        "reporting_category": about or kind,
        "source": source,
        "status": "pending",
        "type": kind,
    }
    identifier: str = call.ledger.put(movement)["id"]
    return identifier
