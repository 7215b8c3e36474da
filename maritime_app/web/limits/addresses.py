"""Whom a limit counts. Text from a header is an identity only where our own proxy wrote it.

Every proxy adds the address that it was called from at the end of X-Forwarded-For, on the same line
or on one more (RFC 9110 section 5.3 says that both mean the same); so with `trusted_proxies` of our
own, the caller is that many entries from the right, and all before it he has written himself.

Who has a proxy and has not said so counts all callers as one: the log says that then.
"""

import ipaddress
import socket
from functools import lru_cache
from typing import Final

from aiohttp import web

from maritime_app.infra.telemetry import log
from maritime_app.web.app_keys import resources

logger = log.get(__name__)
_WARN_SECONDS = 3_600.0
# A household or a server has a whole /64 of IPv6 (RFC 6177): its addresses are one caller.
_ONE_CALLER_BITS = 64
_LONGEST = 60  # characters of an IPv6 address in brackets with zone and port
_REMEMBERED = 4096
_CALLER: Final[web.RequestKey[str]] = web.RequestKey("caller_address", str)


def caller_address(request: web.Request) -> str:
    """Return whom a limit counts: an IPv4 address, or the /64 of an IPv6 address."""
    known = request.get(_CALLER)
    if known is None:
        known = request[_CALLER] = _caller_address(request)
    return known


def _caller_address(request: web.Request) -> str:
    web_settings = resources(request).settings.web
    peer = request.remote or ""
    if web_settings.trust_proxy:
        lines = request.headers.getall("X-Forwarded-For", ())
        hops = ",".join(lines).split(",") if lines else []
        if len(hops) >= web_settings.trusted_proxies:
            return counted_as(hops[-web_settings.trusted_proxies]) or counted_as(peer) or peer
    elif "X-Forwarded-For" in request.headers and _is_near(peer):
        log.sparingly(logger, "proxy_not_trusted", every_seconds=_WARN_SECONDS, proxy=peer)
    return counted_as(peer) or peer


@lru_cache(maxsize=_REMEMBERED)
def _is_near(peer: str) -> bool:
    """Return whether it is an address of this machine or network, as one's own proxy has."""
    try:
        return ipaddress.ip_address(peer.partition("%")[0]).is_private
    except ValueError:
        return False


def counted_as(text: str) -> str | None:
    """Return an address as it is counted, None for what is none.

    Proxies write IPv6 in brackets, ports behind either (Azure), and IPv4 as ::ffff:192.0.2.1.
    """
    return text if _is_plain_ipv4(text) else _parsed(text)


def _is_plain_ipv4(text: str) -> bool:
    """Return whether it is four numbers between dots, which are written in one way only; the C
    library knows that twenty times as fast as `ipaddress`.
    """
    try:
        socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):  # no address, or no text of one
        return False
    return True


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(_without_port(text.strip()[:_LONGEST]))
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    network = ipaddress.IPv6Network((int(address), _ONE_CALLER_BITS), strict=False)
    return str(network)


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    if text.count(":") == 1:
        return text.partition(":")[0]
    return text
