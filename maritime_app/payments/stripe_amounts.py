"""Pure: amounts as Stripe wants them, which is not ISO 4217 (https://docs.stripe.com/currencies).

- Currencies without decimals at Stripe are counted whole.
- ISK and UGX have no decimals any more but are still written with two, which must be 00.
- Three-decimal currencies must end in 0.
"""

from functools import lru_cache

from maritime_app.money import Money, exponent

_NO_DECIMALS = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_WHOLE_WITH_TWO = ("ISK", "UGX")
_ENDS_IN_ZERO = ("BHD", "JOD", "KWD", "OMR", "TND")
_EXPONENTS = dict.fromkeys(_NO_DECIMALS.split(), 0) | dict.fromkeys(_ENDS_IN_ZERO, 3)


# The smallest charges, in Stripe's minor units; other currencies are converted to one of these:
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
_LEAST = {
    "AED": 200, "AUD": 50, "BGN": 100, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250,
    "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200,
    "NOK": 300, "NZD": 50, "PLN": 200, "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50,
}  # fmt: skip


class NotChargeable(ValueError):
    """The amount cannot be charged exactly; charging another one would be wrong."""


def to_stripe(money: Money) -> int:
    """Return Stripe's amount; raise NotChargeable where it has no exact one.

    ISK 4,550 is 455000, JPY 500 is 500, KWD 5.120 is 5120; KWD 5.124 is refused.
    """
    digits = stripe_exponent(money.currency) - exponent(money.currency)
    amount, rest = divmod(money.amount_minor * _ten_to(digits), _ten_to(-digits))
    if rest or amount % stripe_step(money.currency):
        raise NotChargeable(f"{money.amount_minor} {money.currency} cannot be charged exactly")
    return amount


def from_stripe(amount: int, currency: str) -> Money:
    """Return the money that Stripe's amount stands for.

    Raise NotChargeable for a fraction that our minor unit cannot hold.
    """
    digits = stripe_exponent(currency) - exponent(currency)
    minor, rest = divmod(amount * _ten_to(-digits), _ten_to(digits))
    if rest:
        raise NotChargeable(f"Stripe's {amount} {currency} is no whole minor unit")
    return Money(minor, currency.upper())


def rounded_from_stripe(amount: int, currency: str) -> Money:
    """Return the money that Stripe's amount stands for, to the nearest minor unit.

    For fees and balances, which Stripe may count finer than anything can be charged.
    """
    digits = stripe_exponent(currency) - exponent(currency)
    share = _ten_to(digits)
    return Money((amount * _ten_to(-digits) + share // 2) // share, currency.upper())


@lru_cache(maxsize=256)  # every price asks for it, and there are 170 currencies
def step_minor(currency: str) -> int:
    """Return the step, in our minor units, in which amounts can be charged: EUR 1, KWD 10."""
    digits = stripe_exponent(currency) - exponent(currency)
    return max(1, stripe_step(currency) * _ten_to(-digits) // _ten_to(digits))


def least_charge_minor(currency: str) -> int:
    """Return the smallest amount that can be charged, in our minor units; 0 where none is known."""
    least = _LEAST.get(currency.upper(), 0)
    return from_stripe(least, currency).amount_minor


def stripe_exponent(currency: str) -> int:
    """Return how many decimals Stripe's amounts have in that currency."""
    return _EXPONENTS.get(currency.upper(), 2)


def stripe_step(currency: str) -> int:
    """Return what Stripe's amounts must be a multiple of."""
    if currency.upper() in _WHOLE_WITH_TWO:
        return 100
    return 10 if currency.upper() in _ENDS_IN_ZERO else 1


def _ten_to(digits: int) -> int:
    """Return ten to the power, or 1 for a negative one."""
    return int("1" + "0" * max(0, digits))
