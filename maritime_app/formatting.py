"""Filters of the templates: money, times and numbers in the reader's language."""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Protocol

from babel import Locale, dates, numbers
from markupsafe import Markup, escape

from maritime_app import clock, i18n
from maritime_app.money import Money, format_money
from maritime_app.names import extra_names, port_names
from maritime_app.names.port_names import Named


class Place(Named, Protocol):
    """A port with its time zone, an IANA name."""

    @property
    def timezone(self) -> str:
        """The zone of its clocks."""


_ITEMS = {
    "adult": i18n.mark("Adult"),
    "child": i18n.mark("Child"),
    "infant": i18n.mark("Infant"),
    "car": i18n.mark("Car"),
    "van": i18n.mark("Van"),
    "motorcycle": i18n.mark("Motorcycle"),
    "bicycle": i18n.mark("Bicycle"),
    "camper": i18n.mark("Camper"),
    "trailer_metre": i18n.mark("Trailer, per metre"),
    "extra_metre": i18n.mark("Extra length, per metre"),
    "trailer": i18n.mark("Trailer"),
    "goodwill": i18n.mark("Goodwill"),
    "rounding": i18n.mark("Rounding"),
    "pet": i18n.mark("Pet"),
    "harbour_tax": i18n.mark("Harbour tax"),
    "fare": i18n.mark("Fare"),
    "waived": i18n.mark("Waived: too little to be charged"),
    "change_fee": i18n.mark("Change fee"),
    "name_change_fee": i18n.mark("Fee for another person"),
    "cancellation_fee": i18n.mark("Cancellation fee"),
    "cabin:inside2": i18n.mark("Inside cabin, 2 berths"),
    "cabin:inside4": i18n.mark("Inside cabin, 4 berths"),
    "cabin:outside2": i18n.mark("Outside cabin, 2 berths"),
    "cabin:outside4": i18n.mark("Outside cabin, 4 berths"),
    "cabin:reclining": i18n.mark("Reclining seat"),
    "cabin:suite": i18n.mark("Suite"),
    "cabin:lux2": i18n.mark("Comfort cabin, 2 berths"),
    "cabin:pet2": i18n.mark("Cabin with pet, 2 berths"),
    "extra:breakfast": i18n.mark("Breakfast"),
    "extra:dinner": i18n.mark("Dinner"),
    "extra:priority_boarding": i18n.mark("Priority boarding"),
    "extra:lounge": i18n.mark("Lounge"),
    "extra:wifi": i18n.mark("Wi-Fi"),
    "extra:sports_equipment": i18n.mark("Sports equipment"),
}

# ISO 3166-2, of those whose residents some fare has a discount for.
_AREAS = {
    "ES-IB": i18n.mark("Balearic Islands"),
    "FR-20R": i18n.mark("Corsica"),
    "GR-L": i18n.mark("South Aegean"),
    "GR-M": i18n.mark("Crete"),
    "IT-88": i18n.mark("Sardinia"),
    "SE-I": i18n.mark("Gotland"),
}
_RESIDENT = "resident:"  # and the area, and the age class
_EXTRA = "extra:"  # and the code
_PROMOTION = "promotion:"  # likewise


def money(amount: Any) -> str:
    """Return an amount as people write it; `price` is anything with amount_minor and currency."""
    if isinstance(amount, dict):
        return format_money(Money(amount["amount_minor"], amount["currency"]), _locale())
    return format_money(Money(amount.amount_minor, amount.currency), _locale())


def localtime(instant: datetime, timezone: str = "UTC") -> str:
    """Return the time of day at that place: "08:00"; "03:30 UTC+3" where that time comes twice."""
    return _clock_text(instant.astimezone(clock.zone(timezone)))


def localdate(day: datetime | date, timezone: str = "UTC", style: str = "EEE d MMM y") -> str:
    """Return the date at that place: "Sun 22 Nov 2026"."""
    if isinstance(day, datetime):
        day = day.astimezone(clock.zone(timezone)).date()
    return _date_text(day, style, _locale())


def localdatetime(instant: datetime) -> str:
    """Return date and time in UTC, for records; what happens at a place is said by place_time."""
    return f"{localdate(instant)} {localtime(instant)} UTC"


def place_time(instant: datetime, place: Place) -> str:
    """Date and time as people at that place say it: "Sun 29 Nov 2026, 21:00 (Piraeus time)"."""
    there = instant.astimezone(clock.zone(place.timezone))
    when = f"{localdate(there.date())}, {_clock_text(there)}"
    return i18n.translate("%(when)s (%(place)s time)") % {"when": when, "place": port_text(place)}


def port_text(port: Named) -> str:
    """Return what a port is called in the reader's script, for sentences and attributes: a name
    that runs the other way orders nothing around it.
    """
    name = port_names.port_name(port)
    return i18n.isolated(name) if _runs_otherwise(name) else name


def port_html(port: Named) -> str:
    """Return the same for the text of a page: such a name in an element of its own."""
    name = port_names.port_name(port)
    return Markup("<bdi>{}</bdi>").format(name) if _runs_otherwise(name) else escape(name)


def local_name(code: str) -> str:
    """Return the same of a port by its code; empty where nobody has written such a name."""
    return port_names.local_name(code) or ""


def _runs_otherwise(name: str) -> bool:
    return i18n.text_direction(name) != i18n.direction(i18n.current())


def item_name(item: str) -> str:
    """The word for what is sold: adult, car, cabin:inside2; an unknown one in words."""
    if item.startswith(_RESIDENT):
        return _resident_discount(item)
    if item.startswith(_PROMOTION):
        words = i18n.translate("Promo code %(code)s")
        return words % {"code": item.removeprefix(_PROMOTION)}
    text = _ITEMS.get(item)
    if text:
        return i18n.translate(text)
    _kind, _colon, code = item.rpartition(":")
    added = extra_names.extra_name(code) if item.startswith(_EXTRA) else None
    return added or code.replace("_", " ").title()


def counted_item(item: str, count: int) -> str:
    """Return so many of what is sold: "2 × Inside cabin, 2 berths"; of one the word alone."""
    return (f"{count} × " if count > 1 else "") + item_name(item)


def _resident_discount(item: str) -> str:
    area, _colon, kind = item.removeprefix(_RESIDENT).partition(":")
    words = i18n.translate("Residents' discount (%(area)s): %(kind)s")
    return words % {"area": area_name(area), "kind": item_name(kind)}


def area_name(code: str) -> str:
    """Return the name of a region or island by its ISO 3166-2 code; the code of an unknown one."""
    text = _AREAS.get(code)
    return i18n.translate(text) if text else code


def area_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return code and name of each region or island by its name, for a box to choose from."""
    named = [(code, area_name(code)) for code in codes]
    return sorted(named, key=lambda pair: _plain(pair[1]))


def listed(words: Iterable[str]) -> str:
    """Return words after one another, with the comma of the reader's script."""
    return ("\N{ARABIC COMMA} " if _locale() == "ar" else ", ").join(words)


def duration(length: timedelta | float) -> str:
    """Return "9 h 30 min" of a timedelta or seconds."""
    minutes = round((length.total_seconds() if isinstance(length, timedelta) else length) / 60)
    hours, minutes = divmod(minutes, 60)
    parts = [i18n.translate("%(number)s h") % {"number": number(hours)}] if hours else []
    if minutes or not hours:
        parts.append(i18n.translate("%(number)s min") % {"number": number(minutes)})
    return " ".join(parts)


def ago(instant: datetime | None) -> str:
    """Return "3 minutes ago"; "never" for None."""
    if instant is None:
        return i18n.translate("never")
    length = instant - clock.now()
    return _ago_text(length.days * 86_400 + length.seconds, _locale())


def number(value: float | None, digits: int | None = None) -> str:
    """Return a number in the reader's writing; a dash for None."""
    if value is None:
        return "–"
    return _number_text(value, digits, _locale())


def country(code: str | None) -> str:
    """Return a country's name in the reader's language (CLDR), or the code where there is none."""
    return str(_parsed(_locale()).territories.get(code or "", code or ""))


def country_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return code and name of each country by its name, for a box to choose from."""
    named = [(code, country(code)) for code in codes]
    return sorted(named, key=lambda pair: _plain(pair[1]))


def _plain(text: str) -> str:
    """Return a text without accents and case, so that Åland stands among the As."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def _clock_text(there: datetime) -> str:
    """Return the time of day, and in the hour that clocks have twice in autumn, which one it is."""
    text = _time_text(there.hour, there.minute, _locale())
    offset = there.utcoffset()
    if offset is None or offset == there.replace(fold=1 - there.fold).utcoffset():
        return text
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    told = f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
    return i18n.isolated(f"{text} {told}")


# Formatting takes 10 to 40 us each, and the same times, days and figures are written all the time.
@lru_cache(maxsize=8_640)  # every minute of a day in six languages
def _time_text(hour: int, minute: int, locale: str) -> str:
    return dates.format_time(time(hour, minute), format="HH:mm", locale=locale)


@lru_cache(maxsize=4_096)
def _date_text(day: date, style: str, locale: str) -> str:
    return dates.format_date(day, format=style, locale=locale)


@lru_cache(maxsize=16_384)  # each second of an hour in four languages: what lists of ships show
def _ago_text(seconds: int, locale: str) -> str:
    return dates.format_timedelta(seconds, add_direction=True, locale=_parsed(locale))


@lru_cache(maxsize=4_096, typed=True)
def _number_text(value: float, digits: int | None, locale: str) -> str:
    if digits is None:
        return numbers.format_decimal(value, locale=_parsed(locale))
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return numbers.format_decimal(value, format=pattern, locale=_parsed(locale))


def _locale() -> str:
    return i18n.current().replace("-", "_")


# Babel looks a locale up by its name anew for every text: 3 of 7 us of an `ago`.
@lru_cache(maxsize=32)
def _parsed(locale: str) -> Locale:
    return Locale.parse(locale)


FILTERS: dict[str, Callable[..., str]] = {
    "money": money,
    "localtime": localtime,
    "localdate": localdate,
    "localdatetime": localdatetime,
    "place_time": place_time,
    "port_name": port_html,
    "port_text": port_text,
    "local_name": local_name,
    "item_name": item_name,
    "listed": listed,
    "duration": duration,
    "ago": ago,
    "number": number,
    "country": country,
}
