"""HTTP to addresses that strangers gave: public ones only, whatever their names resolve to.

A name is resolved here, every address that it has is looked at, and the connection goes to one of
those: what a name server says a moment later has no say in it (DNS rebinding). Redirects are not
followed, nothing is kept open, proxies of the environment are not used.
"""

import ipaddress
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from maritime_app.infra.upstreams.names import OF_STRANGERS

_NAT64: Final = ipaddress.ip_network(
    "64:ff9b::/96"
)  # RFC 6052: an IPv4 address in its last 32 bits
_LONGEST_URL: Final = 1_000
_PORTS: Final = frozenset({443, 8443})


class NotPublic(OSError):
    """The name has no address, or one that is not public."""


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the open internet's, by the registries of IANA."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            within = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if within is not None:
            return is_public(str(within))
        if found.teredo is not None or found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def public_url(text: str, *, any_address: bool = False) -> URL | None:
    """Return the address if it may be posted to: https, no password, port 443 or 8443, and no
    number that is not public; None otherwise. `any_address`: whatever its scheme, port and host.
    """
    if len(text) > _LONGEST_URL or not text.isprintable() or any(map(str.isspace, text)):
        return None
    try:
        url = URL(text)
        host, port = url.host, url.port
    except ValueError:
        return None
    if not host or url.scheme not in ("http", "https") or url.user or url.password:
        return None
    if any_address:
        return url
    if url.scheme != "https" or port not in _PORTS:
        return None
    if _is_number(host):
        return url if is_public(host) else None
    return url if "." in host.rstrip(".") else None


class PublicResolver(AbstractResolver):
    """Resolves names; raises NotPublic if any of a name's addresses is not public."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or OF_STRANGERS

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the name's addresses."""
        found = await self._resolver.resolve(host, port, family)
        if not found or not all(is_public(each["host"]) for each in found):
            raise NotPublic("not a public address")
        return found

    async def close(self) -> None:
        """Close the resolver below."""
        await self._resolver.close()


@asynccontextmanager
async def public_session(*, any_address: bool = False) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session for one call to an address that `public_url` has let through."""
    resolver = OF_STRANGERS if any_address else PublicResolver()
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        yield session


def _is_number(host: str) -> bool:
    """Whether a host is an address in figures, in any of the forms that C libraries take."""
    if ":" in host:
        return True
    last = host.rstrip(".").rpartition(".")[2]
    return last.isdigit() or last.lower().startswith("0x")
