"""Values that are not written as their columns ask. Pure.

Nothing of these files or columns is needed for a timetable, so the row stays.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from babel.numbers import is_currency

from maritime_app.ferries.timetables.gtfs import fields
from maritime_app.text.email_address import is_email_address

_PHONE = re.compile(r"\+?[0-9A-Za-z ().,/;:#*-]+", re.ASCII)
_FEWEST_DIGITS, _MOST_DIGITS = 3, 20  # E.164 has 15; an extension may follow
_LONGEST = 2_000


class Check(NamedTuple):
    """What values of a column are to be, and the rule that others break."""

    fits: Callable[[str], bool]
    what: str
    rule: str


@lru_cache(maxsize=1_024)  # a feed repeats the address of its agency on every line
def is_url(text: str) -> bool:
    """Return whether it is the whole address of a page."""
    try:
        parts = urlsplit(text)
    except ValueError:  # "http://["
        return False
    has_host = bool(parts.hostname) and "." in (parts.hostname or "").strip(".")
    is_short = len(text) <= _LONGEST and not re.search(r"\s", text)
    return parts.scheme.lower() in ("http", "https") and has_host and is_short


def is_phone(text: str) -> bool:
    """Return whether somebody can call it; letters may stand for digits."""
    digits = sum(char.isdigit() for char in text)
    return bool(_PHONE.fullmatch(text)) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS


def is_amount(text: str) -> bool:
    """Return whether it is a number of at least nothing."""
    number = fields.number(text)
    return number is not None and number >= 0


def one_of(*choices: str) -> Callable[[str], bool]:
    """Return a check whether it is one of these texts."""
    return frozenset(choices).__contains__


_URL = Check(is_url, "the address of a page", "invalid_url")
_EMAIL = Check(is_email_address, "an e-mail address", "invalid_email")
_PHONE_NUMBER = Check(is_phone, "a phone number", "invalid_phone_number")
_CURRENCY = Check(is_currency, "a currency of ISO 4217", "invalid_currency")
_SECONDS = Check(
    lambda text: fields.integer(text) is not None, "a time in seconds", "invalid_integer"
)
_DAY = Check(lambda text: fields.day(text) is not None, "a date", "invalid_date")
CHECKS: Final[Mapping[str, Mapping[str, Check]]] = {
    "agency.txt": {
        "agency_url": _URL,
        "agency_fare_url": _URL,
        "agency_email": _EMAIL,
        "agency_phone": _PHONE_NUMBER,
    },
    "routes.txt": {"route_url": _URL},
    "stops.txt": {"stop_url": _URL},
    "feed_info.txt": {
        "feed_start_date": _DAY,
        "feed_end_date": _DAY,
        "feed_publisher_url": _URL,
        "feed_contact_url": _URL,
        "feed_contact_email": _EMAIL,
    },
    "attributions.txt": {
        "attribution_url": _URL,
        "attribution_email": _EMAIL,
        "attribution_phone": _PHONE_NUMBER,
    },
    "booking_rules.txt": {
        "info_url": _URL,
        "booking_url": _URL,
        "phone_number": _PHONE_NUMBER,
    },
    "frequencies.txt": {
        "exact_times": Check(one_of("0", "1"), "0 or 1: about so often", "unexpected_enum_value"),
    },
    "fare_attributes.txt": {
        "price": Check(is_amount, "a price", "invalid_float"),
        "currency_type": _CURRENCY,
        "payment_method": Check(one_of("0", "1"), "0 or 1", "unexpected_enum_value"),
        "transfers": Check(one_of("0", "1", "2"), "0, 1 or 2", "unexpected_enum_value"),
        "transfer_duration": _SECONDS,
    },
    "fare_products.txt": {
        "amount": Check(
            lambda text: fields.number(text) is not None, "an amount", "invalid_currency_amount"
        ),
        "currency": _CURRENCY,
    },
    "fare_transfer_rules.txt": {
        "transfer_count": Check(
            lambda text: text == "-1" or bool(fields.integer(text)),
            "-1, or a number of transfers",
            "fare_transfer_rule_invalid_transfer_count",
        ),
        "duration_limit": _SECONDS,
    },
}
