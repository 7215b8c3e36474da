"""What a passenger may say of themselves for the ship's list and for help, in words; countries."""

import re

from maritime_app import formatting
from maritime_app.bookings.travellers.model import AssistanceKind, Gender
from maritime_app.ferries.model import ResidencyProof, ResidentDiscount
from maritime_app.i18n import translate as _
from maritime_app.names import countries

_CODE = re.compile(r"\(([A-Za-z]{2})\)\s*$")


def gender_words() -> dict[str, str]:
    """Return the genders of a passenger list (Directive 98/41/EC, article 5) in words."""
    return {
        Gender.FEMALE: _("Female"),
        Gender.MALE: _("Male"),
        Gender.UNSPECIFIED: _("Neither, or not specified"),
    }


def assistance_words() -> dict[str, str]:
    """Return every kind of help in words, as passengers choose it and crews read it."""
    return {
        AssistanceKind.WHEELCHAIR: _("I come with a wheelchair"),
        AssistanceKind.WHEELCHAIR_LENT: _("A wheelchair lent on the way aboard"),
        AssistanceKind.WALKING: _("Help with stairs or long ways"),
        AssistanceKind.SEEING: _("Help because of low sight"),
        AssistanceKind.HEARING: _("Help because of low hearing"),
        AssistanceKind.UNDERSTANDING: _("Help with understanding and finding the way"),
        AssistanceKind.ASSISTANCE_DOG: _("I come with an assistance dog"),
        AssistanceKind.MEDICAL: _("I bring medical equipment"),
        AssistanceKind.OTHER: _("Other help"),
    }


def residency_words(discount: ResidentDiscount) -> str:
    """Return what residents have to show at check-in for their discount."""
    return _("%(area)s. At check-in show: %(proof)s.") % {
        "area": formatting.area_name(discount.area),
        "proof": proof_of(discount),
    }


def proof_of(discount: ResidentDiscount) -> str:
    """Return the papers of which one proves where a resident lives."""
    words = proof_words()
    return f" {_('or')} ".join(words[proof] for proof in discount.proofs)


def proof_words() -> dict[str, str]:
    """Return what shows where somebody lives, in words; one that a fare names is enough."""
    return {
        ResidencyProof.IDENTITY_CARD: _("identity card with the address"),
        ResidencyProof.RESIDENCE_CERTIFICATE: _("certificate of residence"),
    }


def country_names() -> list[str]:
    """Return every country as "Greece (GR)", by its name in the current language."""
    return sorted(f"{formatting.country(code)} ({code})" for code in countries.ALPHA_2)


def country_code(text: str) -> str:
    """Return the code of "Greece (GR)", "gr" or "Greece"; what is none comes back as it is."""
    found = _CODE.search(text)
    if found:
        return found[1].upper()
    if len(text) == 2:
        return text.upper()
    wanted = text.strip().casefold()
    for code in countries.ALPHA_2:
        if formatting.country(code).casefold() == wanted:
            return code
    return text
