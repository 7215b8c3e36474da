"""What may be asked for: an alert of what ships do."""

import re
from typing import Annotated, Final

from msgspec import Meta, Struct

from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.infra.upstreams.public_http import public_url
from maritime_app.text.email_address import is_email_address
from maritime_app.vessels.codes.ship_types import GROUP_BY_CODE
from maritime_app.vessels.port_calls.model import ENTER_M
from maritime_app.vessels.ship_alerts.detection.areas import Edge
from maritime_app.vessels.ship_alerts.model import (
    EVENT_KINDS,
    LEAST_CLOSE_MILES,
    LEAST_RADIUS_M,
    MOST_ACROSS_M,
    MOST_CLOSE_MILES,
    MOST_CLOSE_MINUTES,
    MOST_CORNERS,
    MOST_DAYS,
    MOST_DWELL_MINUTES,
    MOST_RADIUS_M,
    USUAL_CLOSE_MILES,
    USUAL_CLOSE_MINUTES,
    Area,
    Circle,
    Polygon,
)

USUAL_RADIUS_M: Final = 3_000.0
_MOST_MMSI: Final = 999_999_999
_PAIR = re.compile(r"(-?\d{1,2}(?:\.\d{1,8})?),(-?\d{1,3}(?:\.\d{1,8})?)")

Text = Annotated[str, Meta(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*(?![\s\S])")]


class ShipAlertQuery(Struct, frozen=True, kw_only=True):
    """Which ship and area: a port's surroundings, a circle, or a polygon; one ship also anywhere.

    `port` is its UN/LOCODE. `polygon` has its corners as "lat,lng lat,lng ...". Without an `mmsi`
    every ship counts, with `types` (comma-separated) those only.
    """

    mmsi: Annotated[int, Meta(ge=0, le=_MOST_MMSI)] = 0
    types: Annotated[str, Meta(max_length=200)] = ""
    port: Annotated[str, Meta(max_length=10)] = ""
    lat: Annotated[float, Meta(ge=-85, le=85)] | None = None
    lng: Annotated[float, Meta(ge=-180, le=180)] | None = None
    radius_m: Annotated[float, Meta(ge=LEAST_RADIUS_M, le=MOST_RADIUS_M)] = USUAL_RADIUS_M
    polygon: Annotated[str, Meta(max_length=2_000)] = ""


class ShipAlertRequest(ShipAlertQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alert that is asked for: what of, until when, and where it goes.

    `enter`, `leave` and `dwell_minutes` are of the area. `arrive` and `depart` are of calls at the
    port, or at any within the area; `gap`: under way and not heard for four hours; `encounter`:
    beside another one for two hours, far from harbours; `close`: another one comes within
    `close_miles` (sea miles) in the next `close_minutes`, both under way and not in a harbour.

    A mail to `email` asks to confirm it, and carries its address. With a `webhook_url` (https,
    public) every event is posted there, signed by Standard Webhooks; else mails tell of them.
    """

    email: Annotated[str, Meta(max_length=254)]
    name: Text = ""
    enter: bool = False
    leave: bool = False
    dwell_minutes: Annotated[int, Meta(ge=0, le=MOST_DWELL_MINUTES)] = 0
    arrive: bool = False
    depart: bool = False
    gap: bool = False
    encounter: bool = False
    close: bool = False
    close_miles: Annotated[float, Meta(ge=LEAST_CLOSE_MILES, le=MOST_CLOSE_MILES)] = (
        USUAL_CLOSE_MILES
    )
    close_minutes: Annotated[int, Meta(ge=1, le=MOST_CLOSE_MINUTES)] = USUAL_CLOSE_MINUTES
    days: Annotated[int, Meta(ge=1, le=MOST_DAYS)] = 30
    webhook_url: Annotated[str, Meta(max_length=1_000)] = ""


def checked_area(
    asked: ShipAlertRequest, harbour: tuple[float, float] | None, *, any_address: bool
) -> Area | None:
    """Return the area, as `area_of` does, None for one ship anywhere; raise Invalid naming all
    that is wrong with the alert.
    """
    wrong = _wrong(asked, any_address=any_address)
    area = None
    if is_of_crossings(asked) or not asked.mmsi or _has_place(asked):
        try:
            area = area_of(asked, harbour)
        except Invalid as refusal:
            wrong |= refusal.fields
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)
    return area


def _wrong(asked: ShipAlertRequest, *, any_address: bool) -> dict[str, str]:
    """Return what is wrong with all but the area, by field."""
    wrong = {}
    if not is_email_address(asked.email):
        wrong["email"] = _("No mail reaches this address.")
    if not (is_of_crossings(asked) or events_of(asked)):
        wrong["enter"] = _("Please choose what you want to be told of.")
    if asked.close and port_of(asked) and not asked.mmsi and asked.radius_m <= ENTER_M:
        words = _(
            "In a harbour nothing is called close: please look farther than %(km)s km around."
        )
        wrong["radius_m"] = words % {"km": round(ENTER_M / 1_000)}
    if set(types_of(asked)) - set(GROUP_BY_CODE):
        wrong["types"] = _("There is no such type of ship.")
    if asked.webhook_url and public_url(asked.webhook_url, any_address=any_address) is None:
        wrong["webhook_url"] = _("Please give a public address that begins with https://.")
    return wrong


def is_of_crossings(asked: ShipAlertRequest) -> bool:
    """Whether it is of ships that enter, leave or stay in the area."""
    return asked.enter or asked.leave or bool(asked.dwell_minutes)


def events_of(asked: ShipAlertRequest) -> tuple[str, ...]:
    """Return what else it is of."""
    return tuple(str(kind) for kind in EVENT_KINDS if getattr(asked, kind))


def port_of(asked: ShipAlertQuery) -> str | None:
    """Return the code of the port whose calls it is of."""
    return asked.port.upper() if asked.port and not asked.polygon else None


def _has_place(asked: ShipAlertQuery) -> bool:
    return bool(asked.polygon or asked.port) or asked.lat is not None or asked.lng is not None


def types_of(asked: ShipAlertQuery) -> tuple[str, ...]:
    """Return the types that are asked for."""
    return tuple(sorted({part.strip() for part in asked.types.split(",") if part.strip()}))


def area_of(asked: ShipAlertQuery, harbour: tuple[float, float] | None) -> Area:
    """Return the area; `harbour` is where the port is. Raise Invalid for none, or too large."""
    if asked.polygon:
        return _polygon(asked.polygon)
    if asked.port:
        if harbour is None:
            words = _("We do not know that place.")
            raise Invalid(words, {"port": words})
        return Circle(*harbour, asked.radius_m)
    if asked.lat is None or asked.lng is None:
        words = _("Please say where: a port, or a place on the map.")
        raise Invalid(words, {"port": words})
    return Circle(asked.lat, asked.lng, asked.radius_m)


def _polygon(text: str) -> Polygon:
    pairs = [_PAIR.fullmatch(part) for part in text.split()]
    corners = tuple((float(pair[1]), float(pair[2])) for pair in pairs if pair)
    fits = all(-85 <= lat <= 85 and -180 <= lon <= 180 for lat, lon in corners)
    if None in pairs or not fits or not 3 <= len(set(corners)) <= len(corners) <= MOST_CORNERS:
        words = _("Please give three to %(most)s corners.") % {"most": MOST_CORNERS}
        raise Invalid(words, {"polygon": words})
    polygon = Polygon(corners)
    if Edge(polygon).reach_m > MOST_ACROSS_M:
        words = _("This area is too large: at most 200 km across.")
        raise Invalid(words, {"polygon": words})
    return polygon
