"""Pages whose address in a mail is a right: the link's token becomes a cookie for that one object,
and the page stands at an address that is worth nothing to whoever reads it in a history or a log.

A mail program's one click (RFC 8058) comes without cookies: acts take the token, too.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final
from uuid import UUID

from aiohttp import web
from msgspec import Struct

from maritime_app import signed_links, signing
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.web import sessions
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields
from maritime_app.web.routing import Handler

LinkAct = Callable[[web.Request, UUID], Awaitable[None]]
LinkHandler = Callable[[web.Request, UUID], Awaitable[web.StreamResponse]]
_COOKIE_SECONDS: Final = 90 * 86_400  # every mail brings a fresh link


class LinkPages(Struct, frozen=True):
    """The pages of one noun.

    `noun` is what its links are signed for; its pages stand at `pages`/{`parameter`}; `unknown`
    makes the refusal of a link that is none of ours.
    """

    noun: str
    pages: str
    parameter: str
    unknown: Callable[[], NotFound]

    def page(self, handler: LinkHandler) -> Handler:
        """Return the handler of a page: a link leads on to the same page without its token."""

        @wraps(handler)
        async def handle(request: web.Request) -> web.StreamResponse:
            subject = self._remembered(request)
            if subject is None:
                return self._exchanged(request, self._linked(request))
            return await handler(request, subject)

        return handle

    def act(self, handler: LinkAct) -> Handler:
        """Return the handler of a form that does something and leads back to the page.

        The page's own form is taken from that page alone. The address with a token is the right to
        do this and nothing else, and needs no form.
        """

        @wraps(handler)
        async def handle(request: web.Request) -> web.StreamResponse:
            subject = self._remembered(request)
            if subject is None:
                subject = self._linked(request)
            else:
                await form_fields(request)
            await handler(request, subject)
            return self._exchanged(request, subject)

        return handle

    def address(self, subject: UUID) -> str:
        """Return where its page stands, without any right."""
        return f"{self.pages}/{subject}"

    def _remembered(self, request: web.Request) -> UUID | None:
        """Return the object whose page this is, None for an address with a token; raise NotFound
        where it is not open in this browser.
        """
        word = request.match_info[self.parameter]
        try:
            subject = UUID(word)
        except ValueError:
            return None
        given = request.cookies.get(self._cookie(request, subject), "")
        settings = resources(request).settings
        if "." in given and signing.verify_dated(
            settings, self._purpose, str(subject), given, max_age_seconds=_COOKIE_SECONDS
        ):
            return subject
        words = _("Please open this page with the link from your mail.")
        raise NotFound(words, code="proof")

    def _linked(self, request: web.Request) -> UUID:
        token = request.match_info[self.parameter]
        subject = signed_links.subject(resources(request).settings, self.noun, token)
        if subject is None:
            raise self.unknown()
        return subject

    def _exchanged(self, request: web.Request, subject: UUID) -> web.Response:
        """Return the way on to the page, with its cookie; the address is kept nowhere."""
        here = self.address(subject)
        response = web.Response(status=303, headers={"Location": here, "Cache-Control": "no-store"})
        response.set_cookie(
            self._cookie(request, subject),
            signing.sign_dated(resources(request).settings, self._purpose, str(subject)),
            max_age=_COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",  # links in mails come from elsewhere
            path=here,  # no other page is sent it
            secure=sessions.is_https(request),
        )
        return response

    @property
    def _purpose(self) -> str:
        return f"{self.noun} in a browser"

    def _cookie(self, request: web.Request, subject: UUID) -> str:
        prefix = "__Secure-" if sessions.is_https(request) else ""
        return f"{prefix}{self.noun}-{subject}"
