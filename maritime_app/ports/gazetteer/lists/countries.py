"""Countries by the names and codes that lists use. Pure."""

from typing import Final

import iso3166

from maritime_app.ports.gazetteer.names import fold

_OTHER_NAMES: Final = {
    "united states": "US", "united kingdom": "GB", "russia": "RU", "south korea": "KR",
    "north korea": "KP", "vietnam": "VN", "iran": "IR", "syria": "SY", "taiwan": "TW",
    "tanzania": "TZ", "venezuela": "VE", "bolivia": "BO", "brunei": "BN", "laos": "LA",
    "moldova": "MD", "turkey": "TR", "turkiye": "TR", "ivory coast": "CI", "cote d ivoire": "CI",
    "cape verde": "CV", "the bahamas": "BS", "bahamas the": "BS", "the gambia": "GM",
    "gambia the": "GM", "congo": "CG", "democratic republic of the congo": "CD", "burma": "MM",
    "micronesia": "FM", "falkland islands": "FK", "netherlands antilles": "CW",
    "virgin islands": "VI", "british virgin islands": "VG", "czechia": "CZ", "palestine": "PS",
    "saint helena": "SH", "reunion": "RE", "curacao": "CW", "macau": "MO", "hong kong": "HK",
    "svalbard": "SJ", "east timor": "TL", "timor leste": "TL", "swaziland": "SZ",
    "st lucia": "LC", "st kitts and nevis": "KN", "st vincent and the grenadines": "VC",
    "st pierre and miquelon": "PM", "faeroe islands": "FO", "korea": "KR",
}  # fmt: skip
_BY_NAME: Final = {fold(country.name): country.alpha2 for country in iso3166.countries}
_BY_ALPHA3: Final = {country.alpha3: country.alpha2 for country in iso3166.countries}
ALPHA2: Final = frozenset(country.alpha2 for country in iso3166.countries)


def by_name(name: str) -> str | None:
    """Return ISO 3166-1 alpha-2 of a country's name; None for one that is not known."""
    key = fold(name)
    return _OTHER_NAMES.get(key) or _BY_NAME.get(key)


def by_alpha3(code: str) -> str | None:
    """Return alpha-2 of a three-letter code."""
    return _BY_ALPHA3.get(code.strip().upper())
