"""/mailbox: the mails that were sent, as pages and as JSON."""

import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

import msgspec
from aiohttp import web

from maritime_app.sandbox.mail import message
from maritime_app.sandbox.mail.model import Letter, StoredMail
from maritime_app.sandbox.mail.sink import MAILBOX
from maritime_app.sandbox.pages import page

_PAGE_LENGTH = 50
_LONGEST_LIST = 1_000
# The HTML of a mail runs no script and loads nothing from elsewhere; its links open in a new tab.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src 'self' data:"
)


def mount(app: web.Application) -> None:
    """Serve the mailbox."""
    app.router.add_get("/mailbox", show)
    app.router.add_get("/mailbox/messages.json", list_json)
    app.router.add_post("/mailbox/empty", empty)
    app.router.add_get(r"/mailbox/{number:\d+}", show_mail)
    app.router.add_get(r"/mailbox/{number:\d+}/html", show_html)
    app.router.add_get(r"/mailbox/{number:\d+}/raw", download_raw)
    app.router.add_get(r"/mailbox/{number:\d+}/attachments/{place:\d+}", download)


async def show(request: web.Request) -> web.Response:
    """The newest mails, all or those to one recipient."""
    to = request.query.get("to", "")
    start = _number(request.query.get("start", "0"))
    mails = [
        message.read(mail) for mail in islice(_newest(request, to), start, start + _PAGE_LENGTH + 1)
    ]
    more = start + _PAGE_LENGTH if len(mails) > _PAGE_LENGTH else 0
    total = len(request.app[MAILBOX])
    return page("mailbox.html", letters=mails[:_PAGE_LENGTH], to=to, more=more, total=total)


async def list_json(request: web.Request) -> web.Response:
    """`?to=` (part of an address), `?since=` (only after this number), `?before=` (only before
    it), `?limit=` (1,000 at most); newest first.
    """
    since = _number(request.query.get("since", "0"))
    before = _number(request.query.get("before", "")) or math.inf
    limit = min(_number(request.query.get("limit", "50")), _LONGEST_LIST)
    newest = _newest(request, request.query.get("to", ""))
    found = (mail for mail in newest if since < mail.number < before)
    body = msgspec.json.encode(
        {"messages": [_plain(message.read(mail)) for mail in islice(found, limit)]}
    )
    return web.Response(body=body, content_type="application/json")


def _newest(request: web.Request, to: str) -> Iterator[StoredMail]:
    return request.app[MAILBOX].newest(to)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _plain(read: Letter) -> dict[str, Any]:
    files = [
        {
            "name": file.name,
            "media_type": file.media_type,
            "bytes": len(file.content),
            "url": f"/mailbox/{read.number}/attachments/{file.place}",
        }
        for file in read.attachments
    ]
    fields = {name: getattr(read, name) for name in read.__struct_fields__}
    return fields | {"attachments": files, "url": f"/mailbox/{read.number}"}


async def show_mail(request: web.Request) -> web.Response:
    """One mail: its HTML in a locked frame, its text, its files."""
    return page("mail.html", letter=message.read(_stored(request)))


async def show_html(request: web.Request) -> web.Response:
    """The HTML part alone, for the frame: no scripts, nothing from elsewhere."""
    read = message.read(_stored(request))
    html = '<base target="_blank">' + _with_inline_images(read)
    headers = {"Content-Security-Policy": _MAIL_POLICY, "X-Content-Type-Options": "nosniff"}
    return web.Response(text=html, content_type="text/html", headers=headers)


def _with_inline_images(read: Letter) -> str:
    places = {file.content_id: file.place for file in read.attachments if file.content_id}

    def replace(found: re.Match[str]) -> str:
        place = places.get(found[1])
        return found[0] if place is None else f"/mailbox/{read.number}/attachments/{place}"

    return re.sub(r"cid:([^\"'\s>)]+)", replace, read.html)


async def download_raw(request: web.Request) -> web.Response:
    """The mail as it came over the wire."""
    stored = _stored(request)
    headers = {"Content-Disposition": f'attachment; filename="mail-{stored.number}.eml"'}
    return web.Response(body=stored.raw, content_type="message/rfc822", headers=headers)


async def download(request: web.Request) -> web.Response:
    """One file of a mail; pictures may be shown, everything else is saved."""
    read = message.read(_stored(request))
    place = int(request.match_info["place"])
    if place >= len(read.attachments):
        raise web.HTTPNotFound(text="This mail has no such file.")
    file = read.attachments[place]
    shown = file.media_type in ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
    name = quote(file.name, safe="")
    headers = {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    }
    return web.Response(body=file.content, content_type=file.media_type, headers=headers)


async def empty(request: web.Request) -> web.Response:
    """Throw all mails away."""
    request.app[MAILBOX].empty()
    return web.Response(status=303, headers={"Location": "/mailbox"})


def _stored(request: web.Request) -> StoredMail:
    mail = request.app[MAILBOX].find(_number(request.match_info["number"]))
    if mail is None:
        raise web.HTTPNotFound(text="There is no such mail (any more).")
    return mail
