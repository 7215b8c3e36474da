"""What the pages of boarding show."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from markupsafe import Markup

from maritime_app import formatting, i18n
from maritime_app.boarding.model import BoardingSailing, Closing, ListedSailing, Outcome
from maritime_app.bookings.travellers.words import assistance_words, proof_words
from maritime_app.ferries.extras import ExtraKind
from maritime_app.ferries.fares.rules import EXTRA
from maritime_app.ferries.model import PassengerKind, VehicleKind
from maritime_app.formatting import port_text
from maritime_app.i18n import translate as _
from maritime_app.names import brand, extra_names
from maritime_app.web.access import Caller

_LEFT_AFTER = timedelta(hours=2)  # a late ship is still boarded


class GatePage(msgspec.Struct, frozen=True):
    """The page of a gate. `config` is JSON for its script, safe inside a script element;
    `closed_words` says who closed boarding and with how many, empty while it is open: its script
    follows what happens later.
    """

    brand: str
    language: str
    direction: str
    route: str
    departs: str
    ship: str
    back_url: str
    is_authority: bool
    is_sandbox: bool
    closed_words: str
    config: Markup


class Config(msgspec.Struct, frozen=True, rename="camel"):
    """What the page's script works with. `is_authority`: whoever answers `base` decides alone, and
    a gate without a connection lets nobody aboard; else the browser goes on with its copy of the
    list.
    """

    sailing_id: str
    base: str
    timezone: str
    is_authority: bool
    worker: str
    texts: dict[str, str]
    outcomes: dict[str, tuple[str, str]]
    kinds: dict[str, str]
    assistance: dict[str, str]
    proofs: dict[str, str]
    extras: dict[str, str]


def gate_page(
    sailing: ListedSailing,
    closing: Closing | None,
    *,
    base: str,
    back_url: str,
    is_authority: bool,
    is_sandbox: bool,
) -> GatePage:
    """Return the page, in the current language."""
    language = i18n.current()
    origin = sailing.origin
    kinds = (*ExtraKind, *extra_names.codes())
    config = Config(
        sailing_id=str(sailing.id),
        base=base,
        timezone=origin.timezone,
        is_authority=is_authority,
        worker="" if is_authority else "/boarding/worker.js",
        texts=_texts(),
        outcomes=_outcomes(),
        kinds={kind: formatting.item_name(kind) for kind in (*PassengerKind, *VehicleKind)},
        assistance=assistance_words(),
        proofs=proof_words(),
        extras={kind: formatting.item_name(f"{EXTRA}{kind}") for kind in kinds},
    )
    encoded = msgspec.json.encode(config).decode().replace("<", "\\u003c")
    return GatePage(
        brand=brand.NAME,
        language=language,
        direction=i18n.direction(language),
        route=f"{port_text(origin)} – {port_text(sailing.destination)}",
        departs=formatting.place_time(sailing.departs_at, origin),
        ship=", ".join(filter(None, (sailing.operator, sailing.ferry))),
        back_url=back_url,
        is_authority=is_authority,
        is_sandbox=is_sandbox,
        closed_words=_closed_words(closing, origin.timezone) if closing else "",
        config=Markup(encoded),  # noqa: S704 - escaped for this place
    )


def _outcomes() -> dict[str, tuple[str, str]]:
    """Return a heading and a sentence for every outcome."""
    return {
        Outcome.ADMITTED: (_("Aboard"), _("Welcome on board.")),
        Outcome.DUPLICATE: (_("Already aboard"), _("This ticket was let aboard before.")),
        Outcome.WRONG_SAILING: (_("Another sailing"), _("This ticket is for another sailing.")),
        Outcome.CANCELLED: (_("Cancelled"), _("This booking was cancelled.")),
        Outcome.CHANGED: (
            _("Old ticket"),
            _("This booking was changed and has newer tickets. Ask for the newest one."),
        ),
        Outcome.SUSPENDED: (
            _("Suspended"),
            _("This ticket must not be used for now. Call the office."),
        ),
        Outcome.NO_PLACE: (
            _("No place"),
            _("Another ship sails, and it has no place for this party. Send them to the office."),
        ),
        Outcome.UNPAID: (_("Not confirmed"), _("This booking is not confirmed.")),
        Outcome.CLOSED: (
            _("Boarding is closed"),
            _("The count was declared. Ask the ship before you open boarding again."),
        ),
        Outcome.UNKNOWN: (_("No ticket"), _("This is no ticket for this sailing.")),
        Outcome.UNDONE: (
            _("Taken back"),
            _("This scan let somebody aboard, and that was taken back. Scan again to let them in."),
        ),
        Outcome.SAILING_CANCELLED: (_("Sailing cancelled"), _("This sailing does not go.")),
    }


def _texts() -> dict[str, str]:
    """Return the other texts of the page's script; %name% is filled in there."""
    return {
        "ready": _("Ready. Scan a ticket or type its code."),
        "asking": _("Checking …"),
        "noLine": _("No connection"),
        "noLineStop": _("The laptop at the quay does not answer. Let nobody aboard until it does."),
        "noList": _("The list is not here yet. Connect once before boarding."),
        "online": _("Connected"),
        "offline": _("Offline: working from the list of %time%"),
        "unsettled": _("%count% not handed in yet"),
        "settledAt": _("handed in at %time%"),
        "allSettled": _("everything handed in"),
        "aboardSince": _("Counted as aboard: %where%."),
        "at": _("%time%, gate %gate%"),
        "atQuay": _("%time%, gate %gate%, quay %quay%"),
        "gate": _("Gate"),
        "undo": _("Undo"),
        "undone": _("Taken back"),
        "undoFailed": _("It could not be taken back."),
        "letAboard": _("Let aboard"),
        "help": _("Needs help"),
        "proof": _("Residents' discount: ask for %proof%"),
        "or": _("or"),
        "extras": _("Bought with this booking: %extras%"),
        "lateNotice": _("asked less than 48 hours before"),
        "signedOut": _("Signed out: sign in again. Scans go on from the list."),
        "lanes": _("%metres% of %of% of the lanes"),
        "closeSure": _(
            "Close boarding with %people% people and %vehicles% vehicles?"
            " Nobody is let aboard then."
        ),
        "closedWith": _closed_with(),
        "noCamera": _("The camera cannot be used here. Type the code or the booking reference."),
        "cameraOn": _("Use the camera"),
        "cameraOff": _("Stop the camera"),
        "nothingFound": _("Nobody on this list is called that."),
        "wrongOn": _("%date%: %origin% – %destination%"),
        "vehicle": _("Vehicle"),
    }


def _closed_with() -> str:
    return _(
        "Boarding was closed at %time% by %by% with %people% people (%adults% adults,"
        " %children% children, %infants% infants) and %vehicles% vehicles."
    )


def _closed_words(closing: Closing, timezone: str) -> str:
    values = {
        **msgspec.to_builtins(closing),
        "people": closing.people,
        "time": formatting.localtime(closing.closed_at, timezone),
        "by": closing.closed_by,
    }
    return re.sub("%([a-z]+)%", lambda found: str(values[found[1]]), _closed_with())


class DayView(msgspec.Struct, frozen=True):
    """The day's sailings: those that one boards, and those that left hours ago."""

    day: str
    sailings: Sequence[BoardingSailing]
    left: Sequence[BoardingSailing]
    staff: Caller


def day_view(
    day: date, sailings: Sequence[BoardingSailing], staff: Caller, now: datetime
) -> DayView:
    """Return the page of a day. Of one that is over every sailing stands in the list."""
    left = [one for one in sailings if one.departs_at < now - _LEFT_AFTER]
    ahead = [one for one in sailings if one.departs_at >= now - _LEFT_AFTER]
    return DayView(day.isoformat(), ahead or left, left if ahead else (), staff)
