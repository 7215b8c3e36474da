"""The headers that every answer carries; what browsers may load, and from where."""

import base64
import hashlib
from collections.abc import Mapping

from aiohttp import web

from maritime_app.settings.model import Settings
from maritime_app.web.routing import GUEST, SIGNED, Route

_POLICY = (
    "default-src 'self'; script-src 'self' '{import_map}'; worker-src 'self' blob:;"
    " style-src 'self'; img-src 'self' data: blob:; connect-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self' {pay}; object-src 'none'"
)
# Of what is no page: a script may be a worker, which this is then the policy of; a stylesheet, JSON
# and a picture load nothing. Every page loads a dozen of them; a page's policy is longer than some.
_SCRIPT_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_SHORT = {
    "text/javascript": _SCRIPT_POLICY,
    "text/css": _DATA_POLICY,
    "image/svg+xml": _DATA_POLICY,
    "application/json": _DATA_POLICY,
    "application/problem+json": _DATA_POLICY,
}
_STRIPE = "https://checkout.stripe.com"
_HEADERS: web.AppKey[Mapping[str, str]] = web.AppKey("security_headers", Mapping[str, str])
_BY_TYPE: web.AppKey[Mapping[str, Mapping[str, str]]] = web.AppKey(
    "security_headers_by_type", Mapping[str, Mapping[str, str]]
)


def set_up(app: web.Application, settings: Settings, import_map: str) -> None:
    """Work the headers out, once; `import_map` is the one script that stands in pages."""
    digest = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    headers = {
        "Server": "maritime",  # not which versions stand behind it
        "Content-Security-Policy": _POLICY.format(
            import_map=f"sha256-{digest}", pay=_payment_page(settings)
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "geolocation=(), camera=(self), microphone=(), payment=()",
    }
    if settings.public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    app[_HEADERS] = headers
    plain = {name: value for name, value in headers.items() if name != "Permissions-Policy"}
    app[_BY_TYPE] = {
        kind: plain | {"Content-Security-Policy": policy} for kind, policy in _SHORT.items()
    }


def security_headers(request: web.Request, content_type: str = "") -> Mapping[str, str]:
    """Return what every answer carries; what is no page by its type says less of what it loads."""
    return request.app[_BY_TYPE].get(content_type, request.app[_HEADERS])


def referrer_policy(route: Route) -> str | None:
    """Return what a page says of its address to others, where it is not the usual.

    The address of somebody's page is nobody else's business. "no-referrer" would be too much: the
    forms on it would name no origin (Fetch, 3.2), and forms from nowhere are refused.
    """
    return "same-origin" if route.access in (GUEST, SIGNED) else None


def headers_of(app: web.Application) -> Mapping[str, str]:
    """Return the same for what is answered before there is a request."""
    return app[_HEADERS]


def _payment_page(settings: Settings) -> str:
    """The origin to which the form that pays may lead."""
    if "stripe" in settings.sandboxed:
        return "/".join(settings.stripe.api_base.split("/")[:3])
    return _STRIPE
