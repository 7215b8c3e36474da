"""Who may turn the sandbox's switches and read its mailbox: people at this machine, scripts, and no
web page of another site.

A demo runs beside its owner's browser. A page elsewhere could send forms to /control, or point a
name of its own at this address and read the mails with their links (DNS rebinding).
"""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

_GUARDED = ("/control", "/mailbox")
_SAFE = ("GET", "HEAD")


@web.middleware
async def good_neighbour(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse hosts that are names of others (421) and what another site sends (403).

    A caller that leaves in the middle of its request, as a stopping process does, is no fault.
    """
    if request.path.startswith(_GUARDED):
        if not _is_ours(request.host):
            return web.Response(status=421, text="This name is not one of the sandbox's.\n")
        if request.method not in _SAFE and not _is_from_here(request):
            return web.Response(status=403, text="This was sent from another site.\n")
    try:
        return await handler(request)
    except ConnectionResetError:
        return web.Response(status=400)  # nobody reads it


def _is_ours(host: str) -> bool:
    """Return whether nobody else can make the name: an address, localhost, a name without a dot
    (as containers have them).
    """
    name = urlsplit(f"//{host}").hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." not in name or name.endswith(".localhost")
    return True


def _is_from_here(request: web.Request) -> bool:
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
