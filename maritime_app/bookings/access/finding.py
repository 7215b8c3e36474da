"""The form by which a booking is found with its reference and a surname."""

from collections.abc import Mapping

from aiohttp import web

from maritime_app.web.render import page


def find_page(
    request: web.Request, entered: Mapping[str, str], error: str, status: int = 200
) -> web.Response:
    """Return the form as it was filled in, with what is wrong."""
    context = {
        "action": "/bookings/find",
        "reference": entered.get("reference", "")[:12],
        "family_name": entered.get("family_name", ""),
        "error": error,
    }
    return page(request, "bookings/find.html", context, status=status)
