"""Pure: whom we write to and what travellers are called, before anything is held for them.

What is accepted here must be reachable by mail, spoken in, and found again by its surname.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from maritime_app.bookings.model import Booking, BookingRequest, Contact
from maritime_app.errors import Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.text.email_address import is_email_address
from maritime_app.text.unseen import has_stray_joiner

# As people write numbers: a plus, digits with spaces, brackets, dots or dashes, an extension.
_NUMBER = re.compile(r"(?:\+|\(\+)?[0-9 ()./-]+")
_EXTENSION = re.compile(r" *(?:;ext=|ext\.?|x|#) *[0-9]{1,8}$", re.IGNORECASE)
# What a page puts between digits so that a line does not end there.
_DASHES = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2212"}
_DIGITS = range(5, 16)  # E.164 has at most 15; nobody is reached by fewer than 5
_TAG = re.compile("[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
# What travel documents print where there is no surname (ICAO 9303 part 3).
NO_SURNAME = "-"


class Named(Protocol):
    """Whoever has a name."""

    @property
    def given_name(self) -> str:
        """Return the given names."""

    @property
    def family_name(self) -> str:
        """Return the surname."""


def checked(request: BookingRequest, languages: Sequence[str]) -> BookingRequest:
    """Return the request with contact and language as we write them.

    Raise Invalid, by field, for an address or number that reaches nobody, a language that nobody
    writes here, and names without a letter or with joiners that join nothing.
    """
    contact, problems = checked_contact(request.contact, languages)
    problems |= dict(_wrong_names(request.passengers))
    if problems:
        raise Invalid(next(iter(problems.values())), problems)
    if contact == request.contact:
        return request
    return msgspec.structs.replace(request, contact=contact)


def checked_contact(
    contact: Contact, languages: Sequence[str], *, within: str = "contact."
) -> tuple[Contact, dict[str, str]]:
    """Return the contact as we write it, and what is wrong with it by field."""
    language = _spoken(contact.language, languages)
    phone = _in_ascii(contact.phone or "").strip()
    problems = {}
    if not is_email_address(contact.email):
        problems[f"{within}email"] = _("No mail reaches this address.")
    if contact.phone and not _is_phone(phone):
        problems[f"{within}phone"] = _("This is no telephone number.")
    if language is None:
        problems[f"{within}language"] = _("We do not write in this language.")
    return Contact(contact.email, phone or None, language or contact.language), problems


def check_names(travellers: Iterable[Named]) -> None:
    """Raise Invalid, by field, for names without a letter, or with joiners that join nothing."""
    problems = dict(_wrong_names(travellers))
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


def _wrong_names(travellers: Iterable[Named]) -> Iterator[tuple[str, str]]:
    for number, person in enumerate(travellers):
        for field, name in (("given_name", person.given_name), ("family_name", person.family_name)):
            if name.isalpha():
                continue  # as most are
            if not _is_name(name):
                yield f"passengers[{number}].{field}", _("A name has at least one letter.")
            elif has_stray_joiner(name):
                words = _("This has characters that nobody can see.")
                yield f"passengers[{number}].{field}", words


def _is_phone(text: str) -> bool:
    number = _EXTENSION.sub("", text)
    return bool(_NUMBER.fullmatch(number)) and sum(map(str.isdigit, number)) in _DIGITS


def _in_ascii(text: str) -> str:
    """Return the number with the digits, spaces and dashes that every telephone has."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _spoken(tag: str, languages: Sequence[str]) -> str | None:
    """Return our language for a tag such as "en-US", by its first part (RFC 4647, lookup)."""
    if tag in languages:
        return tag
    primary = tag.lower().partition("-")[0]
    return primary if primary in languages and _TAG.fullmatch(tag) else None


def _is_name(text: str) -> bool:
    return any(map(str.isalpha, text)) or text.strip() == NO_SURNAME


def not_erased(booking: Booking) -> Booking:
    """Return the booking; raise NotFound when who made it has been erased."""
    if booking.erased_at is not None:
        raise NotFound(
            _("This journey is long over and who made it has been erased, as promised."),
            code="erased",
        )
    return booking
