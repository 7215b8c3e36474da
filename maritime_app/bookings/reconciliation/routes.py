"""The page of the books, its files, and the same for programs."""

from aiohttp import web

from maritime_app import clock
from maritime_app.bookings.reconciliation import csv_file, service, views
from maritime_app.bookings.reconciliation.model import Books, BooksFilter, SettleRequest
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form, json_body, query
from maritime_app.web.render import json, page, see_other
from maritime_app.web.responses.csv_answer import csv_answer
from maritime_app.web.routing import Route, get, post

_PAGE, _API = "/admin/reconciliation", "/api/v1/reconciliation"


async def show(request: web.Request) -> web.StreamResponse:
    """Show the books side by side."""
    wanted = query(request, BooksFilter)
    books = await service.books(resources(request), wanted)
    settled = request.rel_url.query.get("done") == "settled"
    message = _("Written down. It opens again when its amounts change.") if settled else ""
    day = wanted.day or clock.now().date()
    view = views.books_view(caller(request), day, books, message)
    return page(request, "bookings/reconciliation.html", view)


async def show_csv(request: web.Request) -> web.StreamResponse:
    """Answer one of the tables as a file."""
    what = request.match_info["what"]
    if what not in csv_file.FILES:
        raise NotFound(_("There is no such file."), code="file")
    columns, rows = csv_file.FILES[what]
    books = await service.books(resources(request), query(request, BooksFilter))
    return csv_answer(f"{what}.csv", columns, rows(books))


async def show_json(request: web.Request) -> web.StreamResponse:
    """Answer the books side by side."""
    return json(request, await service.books(resources(request), query(request, BooksFilter)))


async def settle(request: web.Request) -> web.StreamResponse:
    """Settle a difference with a note."""
    asked = await form(request, SettleRequest)
    await service.settle(resources(request), caller(request).staff_id, asked)
    return see_other(f"{_PAGE}?done=settled")


async def settle_json(request: web.Request) -> web.StreamResponse:
    """Settle a difference with a note; answer what is still open."""
    asked = await json_body(request, SettleRequest)
    await service.settle(resources(request), caller(request).staff_id, asked)
    return json(request, await service.books(resources(request), BooksFilter()))


ROUTES: list[Route] = [
    get(_PAGE, show, access="books.read"),
    get(_PAGE + "/{what}.csv", show_csv, access="books.read"),
    post(f"{_PAGE}/settle", settle, access="books.act"),
    get(
        _API,
        show_json,
        access="books.read",
        query=BooksFilter,
        answer=Books,
        summary="Stripe's balance, ledger, bookings and operators' statements side by side",
    ),
    post(
        f"{_API}/settle",
        settle_json,
        access="books.act",
        body=SettleRequest,
        answer=Books,
        summary="Settle a difference with a note of what came of it",
    ),
]
