"""Pure: the tokens of links that open a booking, each for one way in and for its time.

Only those of mails and of the API live long. The others carry a browser over to a page of ours and
are worth nothing soon after: they may stand in the history of a browser or the log of a provider.
"""

from datetime import datetime
from enum import StrEnum

from maritime_app import clock, signing
from maritime_app.settings.model import Settings


class Entry(StrEnum):
    """How a browser comes to a booking; the value is what tokens of that way are signed for."""

    LINK = "booking"  # a mail, or what programs were answered that held such a link
    PROGRAM = "program"  # the answer to the program that made the booking
    SURNAME = "surname"  # the answer to a program that knew a passenger's surname
    BOOKED = "booked"  # the form that made the booking
    FOUND = "found"  # reference and surname
    RETURNED = "returned"  # the payment page
    STAFF = "staff_view"  # the page for staff


_DAY, _MINUTE = 86_400, 60
# Longer than anybody books ahead; every mail brings a fresh one, and the surname opens it for ever.
LINK_SECONDS = 400 * _DAY
_LIVES_SECONDS = {
    Entry.LINK: LINK_SECONDS,
    Entry.PROGRAM: LINK_SECONDS,
    Entry.SURNAME: LINK_SECONDS,
    Entry.BOOKED: 10 * _MINUTE,
    Entry.FOUND: 10 * _MINUTE,
    # Stripe keeps a payment page open for a day, and people come back from it in other browsers.
    Entry.RETURNED: _DAY + 60 * _MINUTE,
    Entry.STAFF: 10 * _MINUTE,
}


# What the API takes as proof; a token that only the customer was given ends a booking, too.
ENDS = (Entry.LINK, Entry.PROGRAM)
PROVES = (Entry.SURNAME, *ENDS)


def token(settings: Settings, reference: str, entry: Entry = Entry.LINK) -> str:
    """Return what stands in a link to that booking."""
    return signing.sign_dated(settings, entry, reference)


def return_token(
    settings: Settings, reference: str, links_from: datetime | None, asked_at: datetime
) -> str:
    """Return what stands in the way back from a payment page: of one payment always the same, so
    that a page that is asked for again, after an answer that was lost, is the same page.
    """
    written_at = max(asked_at, links_from or asked_at)
    return signing.sign_dated(settings, Entry.RETURNED, reference, written_at)


def entry_of(
    settings: Settings, reference: str, links_from: datetime | None, token: str
) -> Entry | None:
    """Return which way in a token opens; None for one that opens this booking (no more)."""
    return next(
        (entry for entry in Entry if opens(settings, reference, links_from, token, entry)), None
    )


def opens(
    settings: Settings,
    reference: str,
    links_from: datetime | None,
    token: str,
    entry: Entry = Entry.LINK,
) -> bool:
    """Return whether the token was written for that way in, and not before `links_from`.

    A token without a time is one of version 0.1.0: good until the links are made useless.
    """
    lives_seconds = _LIVES_SECONDS[entry]
    if links_from is not None:
        # Tokens carry whole seconds: one of the very second counts.
        since_seconds = clock.epoch_ms() // 1_000 - int(links_from.timestamp())
        lives_seconds = min(lives_seconds, since_seconds)
    if "." not in token and (links_from is not None or entry is not Entry.LINK):
        return False
    return signing.verify_dated(settings, entry, reference, token, max_age_seconds=lives_seconds)
