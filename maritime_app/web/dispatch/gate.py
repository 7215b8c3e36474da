"""What a request may consist of: address and headers are text in UTF-8 without control characters.

Checked once for every route, so that no handler meets half a character (which cannot be encoded
again) or a line end in what it takes for an identifier.
"""

import re
from urllib.parse import unquote_to_bytes

from aiohttp import web
from aiohttp.http import HttpVersion10

from maritime_app.errors import Invalid, NotFound
from maritime_app.i18n import translate as _

# Percent-encoded control characters (C0 and DEL, RFC 3986 section 2.1), and what begins a sequence.
_CONTROL = re.compile(r"%(?:[01][0-9A-Fa-f]|7[Ff])")
_BEYOND_ASCII = re.compile(r"%[89A-Fa-f]")
_LONGEST_PARAMETER = 2_000  # characters of a name or a value, still encoded
_MOST_PARAMETERS = 100


def check(request: web.Request) -> None:
    """Raise NotFound for a path that can be nobody's, Invalid for a query or header that is no
    text or has no bound.
    """
    if request.version < HttpVersion10:
        raise Invalid("Please speak HTTP/1.1.", code="malformed")
    path, _mark, query = request.raw_path.partition("?")
    if "%" in path and (_CONTROL.search(path) or not _is_utf8(path)):
        raise NotFound(_("There is no page at this address."))
    if query:
        _check_query(query)
    for name, value in request.raw_headers:
        if not value.isascii() and not _decodes(value):
            raise Invalid(f"The header {name.decode()} is not UTF-8.", code="malformed")


def _check_query(query: str) -> None:
    if "%" in query:
        if _CONTROL.search(query):
            raise Invalid("Control characters are part of no address.", code="not_text")
        if not _is_utf8(query):
            raise Invalid("The address is not UTF-8.", code="not_text")
    if query.count("&") >= _MOST_PARAMETERS:
        raise Invalid("The address has too many parameters.", code="too_many_parameters")
    if len(query) > _LONGEST_PARAMETER and max(map(len, query.split("&"))) > _LONGEST_PARAMETER:
        raise Invalid("A parameter of the address is too long.", code="too_long")


def _is_utf8(encoded: str) -> bool:
    return not _BEYOND_ASCII.search(encoded) or _decodes(unquote_to_bytes(encoded))


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
