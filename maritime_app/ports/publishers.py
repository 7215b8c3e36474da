"""Who publishes figures of ports: what they are called, their terms, and where they are."""

from typing import Final

PUBLISHERS: Final = {
    "unctad": "UNCTADstat, UN Trade and Development",
    "portwatch": "IMF PortWatch",
    "worldbank": "World Bank, Container Port Performance Index",
    "sandbox": "sandbox",
}
LICENCES: Final = {
    "unctad": "UNCTADstat, UN Trade and Development; reuse with attribution",
    "portwatch": "IMF PortWatch; IMF terms of use, with attribution",
    "worldbank": "World Bank, CC BY 3.0 IGO",
    "sandbox": "invented by the sandbox: no source",
}
_ADDRESSES: Final = {
    "unctad": "https://unctadstat.unctad.org/",
    "portwatch": "https://portwatch.imf.org/",
    "worldbank": "https://openknowledge.worldbank.org/",
}


def address_of(source: str) -> str | None:
    """Return where the publisher has its figures; None for the sandbox, which is nowhere."""
    return _ADDRESSES.get(source)
