"""Money: whole minor units of an ISO 4217 currency, never a float.

How a payment provider wants an amount written is that provider's own table: see payments/gateway.
"""

import re
from decimal import Decimal
from functools import cache, lru_cache

import msgspec
from babel import Locale
from babel.core import get_global
from babel.numbers import (
    format_currency,
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    get_territory_currencies,
)

# Exponents of ISO 4217 (list one, amendment 177) that are not 2. CLDR's digits are no substitute:
# they say how many digits people usually write (IQD 0, MGA 0), not what the minor unit is.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_NO_DECIMALS.split(), 0) | dict.fromkeys(_THREE_DECIMALS.split(), 3)
_EXPONENTS |= {"CLF": 4, "UYW": 4}
_LONGEST = 20  # characters of an amount that somebody enters
# Digits of any script, one sign before the decimals: 12.50, 12,50 and, in Arabic, ١٢٫٥٠.
_ENTERED = re.compile(r"(?P<whole>\d*)(?:[.,٫](?P<decimals>\d*))?")
_LEFT_TO_RIGHT_MARK = "\u200e"


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in the minor unit of its currency: `Money(1250, "EUR")` is 12.50 euro."""

    amount_minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        """Return the sum; raise ValueError for two currencies."""
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def decimal(self) -> str:
        """Return the amount in major units with a point and all digits: "12.50"."""
        return str(Decimal(self.amount_minor).scaleb(-exponent(self.currency)))


def minor_units(text: str, currency: str) -> int | None:
    """Return "12.50" or "12,50" in minor units; None for what is no such amount, or negative.

    More digits behind the sign than the currency has are none: "1,250" is 1250 to some, not 1.25.
    """
    found = _ENTERED.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        return None
    whole, decimals = found["whole"], found["decimals"] or ""
    digits = exponent(currency)
    if not (whole or decimals) or len(decimals) > max(digits, 2):
        return None
    minor = Decimal(f"{whole or 0}.{decimals or 0}").scaleb(digits)
    return int(minor) if minor == minor.to_integral_value() else None


@cache
def currencies() -> tuple[str, ...]:
    """Return the currencies that are legal tender somewhere today (CLDR), by code."""
    territories = get_global("territory_currencies")
    return tuple(
        sorted({code for known in territories for code in get_territory_currencies(known)})
    )


def currency_name(code: str, language: str = "en") -> str:
    """Return what the currency is called in that language: "Euro"."""
    return get_currency_name(code, locale=Locale.parse(language, sep="-"))


def example(currency: str) -> str:
    """Return an amount as forms take it, with the decimals of the currency: "12.50", "1250"."""
    return Money(1250, currency).decimal()


def exponent(currency: str) -> int:
    """Return the number of decimal digits of the minor unit by ISO 4217: EUR 2, JPY 0, KWD 3."""
    return _EXPONENTS.get(currency.upper(), 2)


@lru_cache(maxsize=8_192)  # 30 us each, and a page of results writes the same few prices
def format_money(money: Money, language: str = "en") -> str:
    """Return the amount as people of that language write it, with all digits: "€12.50"."""
    locale = Locale.parse(language, sep="-")
    written = _written(money, locale)
    symbol = get_currency_symbol(money.currency, locale=locale)
    if locale.text_direction == "rtl" and symbol[:1].isascii():
        # "UK£" would become "£UK": a sign after letters follows the direction of the line.
        return written.replace(symbol, symbol + _LEFT_TO_RIGHT_MARK)
    return written


def _written(money: Money, locale: Locale) -> str:
    digits = exponent(money.currency)
    amount = Decimal(money.amount_minor).scaleb(-digits)
    if get_currency_precision(money.currency) == digits:
        return format_currency(amount, money.currency, locale=locale)
    pattern = str(locale.currency_formats["standard"].pattern)
    written = pattern.replace("0.00", "0." + "0" * digits if digits else "0")
    return format_currency(
        amount, money.currency, format=written, locale=locale, currency_digits=False
    )
