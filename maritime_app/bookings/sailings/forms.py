"""Pure: what the staff's pages of sailings send. Times are those of the clock on the quay."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.model import Place
from maritime_app.ferries.operations.model import (
    ManagedSailing,
    PassageRequest,
    SalesCloseRequest,
    TimesRequest,
)
from maritime_app.ferries.planning.model import PatternRequest
from maritime_app.i18n import translate as _
from maritime_app.web.forms.validation import convert, convert_noted

_T = TypeVar("_T")


def request(fields: Mapping[str, str], kind: type[_T]) -> _T:
    """Return the fields as that request; what is empty counts as not given. Raise Invalid."""
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    asked: _T = convert(given, kind, strict=False)
    return asked


def times(fields: Mapping[str, str], sailing: ManagedSailing) -> TimesRequest:
    """Return the times that are expected now; raise Invalid."""
    return _timed(fields, TimesRequest, sailing, "expected_departs_at", "expected_arrives_at")


def passage(fields: Mapping[str, str], sailing: ManagedSailing) -> PassageRequest:
    """Return when it left and arrived; raise Invalid."""
    return _timed(fields, PassageRequest, sailing, "departed_at", "arrived_at")


def pattern(fields: Mapping[str, str]) -> PatternRequest:
    """Return a pattern: `route` is "<operator> <route>", `weekday-1` ... are boxes, `times` a list.

    Raise Invalid.
    """
    operator, _space, route = fields.get("route", "").partition(" ")
    wanted: dict[str, Any] = {
        name: fields.get(name, "").strip()
        for name in ("ship", "fare", "minutes", "first", "last")
        if fields.get(name, "").strip()
    }
    wanted |= {"operator": operator, "route": route}
    wanted["weekdays"] = [day for day in range(1, 8) if fields.get(f"weekday-{day}")]
    wanted["times"] = fields.get("times", "").replace(",", " ").replace(";", " ").split()
    try:
        asked: PatternRequest = convert(wanted, PatternRequest, strict=False)
    except Invalid as refusal:  # the operator is chosen with the route
        marked = {"route" if f == "operator" else f: words for f, words in refusal.fields.items()}
        # Days that can be read are compared all the same, as they are written: year-month-day.
        if not marked.keys() & {"first", "last"} and wanted["last"] < wanted["first"]:
            marked["last"] = _("The last day is before the first.")
        raise Invalid(refusal.message, marked, code=refusal.code) from refusal
    return asked


def sales_close(fields: Mapping[str, str]) -> SalesCloseRequest:
    """Return a close of sales; no minutes let the wider setting hold again. Raise Invalid."""
    return request(fields, SalesCloseRequest)


def local_value(instant: dt.datetime | None, place: Place) -> str:
    """Return the instant as a field of the kind datetime-local shows it."""
    if instant is None:
        return ""
    local = instant.astimezone(clock.zone(place.timezone))
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def _timed(
    fields: Mapping[str, str],
    kind: type[_T],
    sailing: ManagedSailing,
    departure: str,
    arrival: str,
) -> _T:
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    wrong: dict[str, str] = {}
    for name, place in ((departure, sailing.origin), (arrival, sailing.destination)):
        if name in given:
            try:
                given[name] = _instant(name, given[name], place)
            except Invalid as refusal:
                wrong |= refusal.fields
    asked: _T = convert_noted(given, kind, wrong)
    return asked


def _instant(name: str, text: str, place: Place) -> str:
    try:
        local = dt.datetime.fromisoformat(text)
    except ValueError as error:
        words = _("This is no date and time.")
        raise Invalid(words, {name: words}, code="times") from error
    if local.tzinfo is None:
        local = local.replace(tzinfo=clock.zone(place.timezone))
    return local.isoformat()
