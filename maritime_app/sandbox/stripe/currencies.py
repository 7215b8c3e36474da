"""Which amounts the provider takes, from its own list (https://docs.stripe.com/currencies).

Written apart from the application on purpose: one table in both places would be wrong in both.
"""

from decimal import Decimal

from babel.numbers import format_currency

from maritime_app.sandbox.stripe.model import StripeProblem

_ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()  # noqa: SIM905 - a list
)
_THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
# Written with two decimals for backward compatibility, which must be 00.
_WHOLE_UNITS_ONLY = frozenset(("isk", "ugx"))


def check(currency: str, amount: int, param: str) -> None:
    """Raise StripeProblem for a fraction that cannot be charged in that currency."""
    if currency in _WHOLE_UNITS_ONLY and amount % 100:
        raise StripeProblem(
            f"Invalid amount. Currency {currency.upper()} has become effectively zero-decimal and"
            " charged amounts must be evenly divisible by 100.",
            param=param,
            code="invalid_charge_amount_no_decimal_compatible",
        )
    if currency in _THREE_DECIMAL and amount % 10:
        raise StripeProblem(
            f"Invalid amount: the last digit of an amount in {currency.upper()} must be 0.",
            param=param,
            code="parameter_invalid_integer",
        )


def written(amount: int, currency: str) -> str:
    """Return the amount as the provider's pages show it."""
    code = currency.lower()
    digits = 0 if code in _ZERO_DECIMAL else 3 if code in _THREE_DECIMAL else 2
    return format_currency(Decimal(amount).scaleb(-digits), currency.upper(), locale="en")
