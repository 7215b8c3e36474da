"""What a Checkout Session is for: its line items and the totals they make."""

from maritime_app.sandbox import currencies
from maritime_app.sandbox.stripe.model import Obj
from maritime_app.sandbox.stripe.params import (
    Call,
    chargeable,
    integer,
    invalid,
    metadata,
    required,
)

# Stripe's smallest charges, in minor units:
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
_MINIMUM = {
    "eur": 50,
    "usd": 50,
    "gbp": 30,
    "sek": 300,
    "dkk": 250,
    "nok": 300,
    "chf": 50,
    "pln": 200,
    "jpy": 50,
}
_ITEM = (
    "price_data",
    "quantity",
    "price",
    "adjustable_quantity",
    "tax_rates",
    "dynamic_tax_rates",
    "metadata",
)
_PRICE = (
    "currency",
    "unit_amount",
    "unit_amount_decimal",
    "product_data",
    "product",
    "tax_behavior",
    "recurring",
)


def line_items(call: Call) -> list[Obj]:
    """The items of a new session, checked and priced."""
    sent = required(call.params, "line_items")
    if not isinstance(sent, list) or not all(isinstance(item, dict) for item in sent):
        raise invalid("Invalid array", "line_items")
    if len(sent) > 100:
        raise invalid("A Checkout Session has at most 100 line items.", "line_items")
    items = [_item(call, item, f"line_items[{place}]") for place, item in enumerate(sent)]
    if len({item["currency"] for item in items}) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    return items


def _item(call: Call, item: Obj, label: str) -> Obj:
    _known(item, _ITEM, label)
    if "price" in item:
        raise invalid(
            f"No such price: '{item['price']}'", f"{label}[price]", code="resource_missing"
        )
    price, product = _price(call, item, f"{label}[price_data]")
    quantity = integer(item.get("quantity", 1), f"{label}[quantity]", 1, 999_999)
    return {
        "id": call.ledger.new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": price["unit_amount"] * quantity,
        "amount_tax": 0,
        "amount_total": price["unit_amount"] * quantity,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": metadata(item.get("metadata")),
        "price": price,
        "quantity": quantity,
    }


def _price(call: Call, item: Obj, label: str) -> tuple[Obj, Obj]:
    """The price that is made for one line item, and the product as it was described."""
    price = required(item, "price_data", label)
    if not isinstance(price, dict):
        raise invalid("Invalid hash", label)
    _known(price, _PRICE, label)
    if "recurring" in price:
        raise invalid("Recurring prices do not go with `payment` mode.", f"{label}[recurring]")
    currency = str(required(price, "currency", f"{label}[currency]")).lower()
    if len(currency) != 3 or not currency.isalpha():
        raise invalid(f"Invalid currency: {currency}.", f"{label}[currency]")
    unit_name = f"{label}[unit_amount]"
    unit_amount = chargeable(required(price, "unit_amount", unit_name), currency, unit_name)
    product = price.get("product_data")
    if not isinstance(product, dict) or not product.get("name"):
        raise invalid("Missing required param: product_data[name].", f"{label}[product_data][name]")
    made = {
        "id": call.ledger.new_id("price"),
        "object": "price",
        "currency": currency,
        "unit_amount": unit_amount,
        "product": call.ledger.new_id("prod", 14),
        "type": "one_time",
        "livemode": False,
    }
    return made, product


def _known(sent: Obj, names: tuple[str, ...], label: str) -> None:
    for name in sent:
        if name not in names:
            full = f"{label}[{name}]"
            raise invalid(f"Received unknown parameter: {full}", full, code="parameter_unknown")


def least(currency: str) -> int:
    """The smallest amount that is charged in a currency, in its minor unit."""
    return _MINIMUM.get(currency, 50)


def total_minor(items: list[Obj]) -> int:
    """The sum, in the minor unit of the items' currency; refused below the provider's minimum."""
    total: int = sum(item["amount_total"] for item in items)
    currency = items[0]["currency"] if items else "eur"
    if total < least(currency):
        shown = currencies.written(least(currency), currency)
        message = (
            f"The Checkout Session's total amount due must add up to at least {shown} {currency}"
        )
        raise invalid(message, "line_items", code="amount_too_small")
    return total
