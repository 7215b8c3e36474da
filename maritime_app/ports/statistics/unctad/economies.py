"""The country codes of UNCTAD's tables and ISO 3166-1 alpha-2.

UNCTAD mostly uses the UN M49 numbers, which are those of ISO 3166-1, but its port-call tables count
some countries with their dependencies under numbers of their own: 842 is the United States there,
which is 840 elsewhere.
"""

from typing import Final

import iso3166

from maritime_app.ports.statistics.tables import ARRIVALS, ARRIVALS_S, PORT_CALLS, PORT_CALLS_S

# XK is user-assigned and in no table of the UN: what is not standard is not guessed.
_ISO: Final = {
    country.numeric: country.alpha2
    for country in iso3166.countries
    if not country.alpha2.startswith("X")
}
_WITH_DEPENDENCIES: Final = {"842": "US", "251": "FR", "579": "NO", "926": "GB"}
_COUNTRIES: Final = set(_WITH_DEPENDENCIES.values())
# In the port-call tables the ISO number of these countries would mean them without dependencies.
_PORT_CALL_CODES: Final = _WITH_DEPENDENCIES | {
    numeric: alpha2 for numeric, alpha2 in _ISO.items() if alpha2 not in _COUNTRIES
}
_PORT_CALL_REPORTS: Final = frozenset({PORT_CALLS, PORT_CALLS_S, ARRIVALS, ARRIVALS_S})


def country_of(report: str, economy_code: str) -> str | None:
    """Return ISO 3166-1 alpha-2 of an economy in that report.

    None for a code that stands for no country there, never a guess.
    """
    return _codes(report).get(economy_code)


def economy_of(report: str, country: str) -> str | None:
    """Return the code under which that report counts the country; None when it is not known."""
    codes = _codes(report)
    return next((code for code, alpha2 in codes.items() if alpha2 == country), None)


def _codes(report: str) -> dict[str, str]:
    return _PORT_CALL_CODES if report in _PORT_CALL_REPORTS else _ISO
