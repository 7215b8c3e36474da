"""The countries of ISO 3166-1, by their two letters."""

import iso3166

# The package adds Kosovo under a user-assigned code, which is no part of the standard.
ALPHA_2 = frozenset(iso3166.countries_by_alpha2) - {"XK"}
