"""Pure: a way and its prices as search engines read them (https://schema.org/BoatTrip)."""

from collections.abc import Sequence
from typing import Any

from maritime_app.ferries.lowest_fares.model import LowestFare
from maritime_app.ferries.model import Place
from maritime_app.i18n import translate as _
from maritime_app.money import Money
from maritime_app.names import port_names


def boat_trip(
    origin: Place, destination: Place, fares: Sequence[LowestFare], url: str, *, invented: bool
) -> dict[str, Any]:
    """Return the trip with the lowest and highest price of the days that have one.

    There is no offer where days are sold in several currencies: one number could not say it. What
    the sandbox or the demo world has made up says so.
    """
    trip: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BoatTrip",
        "departureBoatTerminal": _terminal(origin),
        "arrivalBoatTerminal": _terminal(destination),
    }
    if invented:
        trip["disambiguatingDescription"] = _("Invented: a demonstration, nothing sails.")
    prices = [fare.price for fare in fares if fare.price]
    if prices and len({price.currency for price in prices}) == 1:
        trip["offers"] = _offer(prices, url)
    return trip


def _offer(prices: Sequence[Money], url: str) -> dict[str, Any]:
    amounts = [price.amount_minor for price in prices]
    currency = prices[0].currency
    return {
        "@type": "AggregateOffer",
        "lowPrice": Money(min(amounts), currency).decimal(),
        "highPrice": Money(max(amounts), currency).decimal(),
        "priceCurrency": currency,
        "offerCount": len(prices),
        "url": url,
    }


def _terminal(place: Place) -> dict[str, str]:
    """Return the harbour as the page calls it: every language has an address of its own."""
    name = port_names.port_name(place)
    other = {"alternateName": place.name} if name != place.name else {}
    return {"@type": "BoatTerminal", "name": name, **other, "identifier": place.code}
