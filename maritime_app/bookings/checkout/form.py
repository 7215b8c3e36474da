"""The booking form: chosen sailings in, a held booking out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from maritime_app import i18n
from maritime_app.bookings import service, views as shown
from maritime_app.bookings.model import BookingAsk, Contact, LegAsk, PassengerAsk, VehicleBooked
from maritime_app.bookings.pricing.quotes import Quote
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries import service as ferries
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import SearchQuestion
from maritime_app.ferries.search import views as ferry_page
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import convert, form_fields, nest
from maritime_app.web.render import page

_NOBODY = Contact("nobody@maritime.example")
_UNNAMED = "-"


async def show(request: web.Request) -> web.StreamResponse:
    """The empty form for the sailings that were chosen in the search."""
    asked = request.rel_url.query
    chosen = [asked[name] for name in ("out", "back") if asked.get(name)]
    if not chosen:
        raise Invalid(_("Please choose a sailing first."), {"out": _("No sailing is chosen.")})
    words = ferry_page.asked_words(asked)
    question = SearchQuestion(
        "-",
        "--",
        ferries.today(),
        None,
        words["adults"],
        words["children"],
        words["infants"],
        words["vehicles"] or 0,
    )
    party = fare_rules.party_of(question)
    people = ["adult"] * party.adults + ["child"] * party.children + ["infant"] * party.infants
    entered = {
        "legs": [{"sailing_id": sailing} for sailing in chosen],
        "passengers": [
            {"kind": kind, "given_name": "", "family_name": "", "birth_date": ""} for kind in people
        ],
        "vehicles": [
            {"kind": kind, "length_cm": length, "height_cm": height, "plate": ""}
            for kind, length, height in party.vehicles
        ],
        "contact": {"email": "", "phone": "", "language": i18n.current()},
    }
    priced = await service.price(resources(request), _priced_ask(entered))
    return await _form(request, entered, priced, {}, "", 200)


async def create(request: web.Request) -> web.StreamResponse:
    """Hold the places and go on to the booking's page; what is wrong comes back marked, nothing is
    lost.
    """
    entered = nest((await form_fields(request)).items())
    res = resources(request)
    try:
        ask = _ask(entered)
        priced = await service.price(res, _without_cabins(ask))
        if str(priced.total.amount_minor) != str(
            entered.get("total_minor", priced.total.amount_minor)
        ):
            words = _("The price has changed since you saw it. Please look at it again.")
            return await _form(request, entered, priced, {}, words, 409)
        booked = await service.book(res, ask)
    except (Invalid, Conflict) as refusal:
        return await _again(request, entered, refusal)
    return web.Response(
        status=303, headers={"Location": f"/bookings/{booked.reference}?token={booked.token}&new=1"}
    )


async def _again(
    request: web.Request, entered: dict[str, Any], refusal: Invalid | Conflict
) -> web.StreamResponse:
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    status = 422 if isinstance(refusal, Invalid) else 409
    try:
        priced = await service.price(resources(request), _priced_ask(entered))
    except (Invalid, Conflict):
        raise refusal from None  # not even the sailing stands: the page of the refusal says why
    return await _form(request, entered, priced, fields, refusal.message, status)


async def _form(
    request: web.Request,
    entered: Mapping[str, Any],
    priced: Quote,
    fields: Mapping[str, str],
    message: str,
    status: int,
) -> web.StreamResponse:
    res = resources(request)
    cabins = [
        shown.cabins_of(leg, await ferries.left_lately(res, leg.sailing.id)) for leg in priced.legs
    ]
    first = priced.legs[0].sailing
    context = {
        "legs": shown.form_legs(priced, cabins),
        "passengers": [
            {"kind": "adult", "given_name": "", "family_name": "", "birth_date": "", **p}
            for p in entered.get("passengers", [])
        ],
        "vehicles": [
            {"kind": "car", "length_cm": "", "height_cm": "", "plate": "", **v}
            for v in entered.get("vehicles", [])
        ],
        "contact": {
            "email": "",
            "phone": "",
            "language": i18n.current(),
            **entered.get("contact", {}),
        },
        "cabins_chosen": [leg.get("cabin", "") for leg in entered.get("legs", [])],
        "quote": shown.price_of(priced),
        "hold_minutes": round(res.settings.bookings.hold_minutes),
        "fields": fields,
        "message": message,
        "action": "/bookings",
        "sailing_date": ferries.local_day(first.departs_at, first.origin).isoformat(),
        "back_url": "/ferries?"
        + urlencode(
            {
                "from": first.origin.code,
                "to": first.destination.code,
                "date": ferries.local_day(first.departs_at, first.origin).isoformat(),
                "adults": priced.kinds.count("adult"),
            }
        ),
    }
    return page(request, "bookings/new.html", context, status=status)


def _ask(entered: Mapping[str, Any]) -> BookingAsk:
    """The form as a booking. Raises Invalid with the fields' own names."""
    if entered.get("terms") != "yes":
        raise Invalid(
            _("Please accept the conditions."), {"terms": _("Please accept the conditions.")}
        )
    wanted = {
        name: entered[name]
        for name in ("legs", "passengers", "vehicles", "contact")
        if name in entered
    }
    ask: BookingAsk = convert(wanted, BookingAsk, strict=False)
    missing = {
        f"passengers[{number}].birth_date": _("This is required.")
        for number, person in enumerate(ask.passengers)
        if person.birth_date is None
    }
    if missing:
        raise Invalid(_("Please look at the marked fields."), missing)
    return ask


def _priced_ask(entered: Mapping[str, Any]) -> BookingAsk:
    """Only what the price depends on, so that it can be shown beside unfinished entries."""
    legs = [LegAsk(str(leg.get("sailing_id", ""))) for leg in entered.get("legs", [])] or [
        LegAsk("-")
    ]
    people = [
        PassengerAsk(_UNNAMED, _UNNAMED, person.get("kind", "adult"))
        for person in entered.get("passengers", [])
    ]
    vehicles = [
        VehicleBooked(vehicle.get("kind", "car")) for vehicle in entered.get("vehicles", [])
    ]
    return BookingAsk(legs, people or [PassengerAsk(_UNNAMED, _UNNAMED)], _NOBODY, vehicles)


def _without_cabins(ask: BookingAsk) -> BookingAsk:
    return msgspec.structs.replace(ask, legs=[LegAsk(leg.sailing_id) for leg in ask.legs])
