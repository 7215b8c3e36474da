"""The country codes of UNCTAD's tables and ISO 3166-1 alpha-2.

UNCTAD mostly uses the UN M49 numbers (ISO 3166-1 numeric), but its port-call tables count some
countries with
their dependencies under numbers of their own: 842 is the United States there, which is 840
elsewhere.
"""

from maritime_app.ports.statistics import model

_NUMERIC = {
    "008": "AL", "012": "DZ", "032": "AR", "036": "AU", "048": "BH", "050": "BD", "056": "BE", "070": "BA",
    "076": "BR", "100": "BG", "112": "BY", "116": "KH", "124": "CA", "144": "LK", "152": "CL", "156": "CN",
    "170": "CO", "188": "CR", "191": "HR", "196": "CY", "208": "DK", "214": "DO", "218": "EC", "233": "EE",
    "234": "FO", "246": "FI", "268": "GE", "276": "DE", "292": "GI", "300": "GR", "304": "GL", "344": "HK",
    "352": "IS", "356": "IN", "360": "ID", "364": "IR", "372": "IE", "376": "IL", "380": "IT", "388": "JM",
    "392": "JP", "410": "KR", "414": "KW", "422": "LB", "428": "LV", "440": "LT", "458": "MY", "470": "MT",
    "484": "MX", "499": "ME", "504": "MA", "512": "OM", "528": "NL", "554": "NZ", "586": "PK", "591": "PA",
    "604": "PE", "608": "PH", "616": "PL", "620": "PT", "634": "QA", "642": "RO", "643": "RU", "682": "SA",
    "702": "SG", "704": "VN", "705": "SI", "710": "ZA", "724": "ES", "752": "SE", "764": "TH", "784": "AE",
    "788": "TN", "792": "TR", "804": "UA", "818": "EG", "858": "UY",
}  # fmt: skip
_PORT_CALLS = {"842": "US", "251": "FR", "579": "NO", "926": "GB"}
_LINER = {"840": "US", "250": "FR", "578": "NO", "826": "GB"}
_OWN = {
    model.PORT_CALLS: _PORT_CALLS,
    model.PORT_CALLS_S: _PORT_CALLS,
    model.ARRIVALS: _PORT_CALLS,
    model.ARRIVALS_S: _PORT_CALLS,
    model.LSCI: _LINER,
    model.LSCI_M: _LINER,
}


def country_of(report: str, economy_code: str) -> str | None:
    """ISO 3166-1 alpha-2 of an economy in that report;

    None for what we do not know, never a guess.
    """
    return _OWN.get(report, {}).get(economy_code) or _NUMERIC.get(economy_code)


def economy_of(report: str, country: str) -> str | None:
    """The code under which that report counts the country; None when it is not known."""
    for codes in (_OWN.get(report, {}), _NUMERIC):
        for code, iso in codes.items():
            if iso == country:
                return code
    return None
