"""Which amounts the provider takes, from its own list (https://docs.stripe.com/currencies).

Written apart from the application on purpose: one table in both places would be wrong in both.
"""

from decimal import Decimal

from babel.numbers import format_currency

_ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()  # noqa: SIM905 - a list
)
_THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
# Written with two decimals for backward compatibility, which must be 00.
_WHOLE_UNITS_ONLY = frozenset(("isk", "ugx"))


def fault(currency: str, amount: int) -> tuple[str, str] | None:
    """Return message and code for a fraction that cannot be charged in that currency."""
    if currency in _WHOLE_UNITS_ONLY and amount % 100:
        message = (
            f"Invalid amount. Currency {currency.upper()} has become effectively zero-decimal and"
            " charged amounts must be evenly divisible by 100."
        )
        return message, "invalid_charge_amount_no_decimal_compatible"
    if currency in _THREE_DECIMAL and amount % 10:
        message = f"Invalid amount: the last digit of an amount in {currency.upper()} must be 0."
        return message, "parameter_invalid_integer"
    return None


def rounded(currency: str, amount: int) -> int:
    """Return the amount cut to what can be moved in that currency."""
    step = 100 if currency in _WHOLE_UNITS_ONLY else 10 if currency in _THREE_DECIMAL else 1
    return amount - amount % step


def written(amount: int, currency: str) -> str:
    """Return the amount as the provider's pages show it."""
    code = currency.lower()
    digits = 0 if code in _ZERO_DECIMAL else 3 if code in _THREE_DECIMAL else 2
    return format_currency(Decimal(amount).scaleb(-digits), currency.upper(), locale="en")
