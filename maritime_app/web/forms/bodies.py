"""Bodies as text: the media type that a route takes, UTF-8 only, within a bound.

A client never chooses which decoder runs here: some of Python's take a time that grows with the
square of the input (CVE-2022-45061 is one of that kind), others make text that cannot be written
anywhere.
"""

from aiohttp import web

from maritime_app.errors import Invalid

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MAX_BYTES = 256 * 1024
# What aiohttp unpacks, within its own bound; anything else would be read as if it were plain.
_ENCODINGS = frozenset(("identity", "gzip", "deflate", "br", "zstd"))


async def utf8_body(request: web.Request, media_type: str) -> bytes:
    """Return the body, which is valid UTF-8 without NUL.

    Raise Invalid with code "media_type" (415) for another type, charset or encoding, before a byte
    is looked at; "too_large" (413), "not_text" or "not_utf8".
    """
    _check_type(request, media_type)
    if (request.content_length or 0) > MAX_BYTES:
        raise _too_large()
    body = await request.read()
    if len(body) > MAX_BYTES:  # sent in chunks, or packed
        raise _too_large()
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Invalid("The body is not UTF-8.", code="not_utf8") from error
    return body


def has_nul(json: bytes) -> bool:
    """Return whether a JSON body has a NUL in a text: PostgreSQL keeps none."""
    return b"\\u0000" in json or b"\0" in json


def _check_type(request: web.Request, media_type: str) -> None:
    headers = request.headers
    if headers.get("Content-Type") == media_type and "Content-Encoding" not in headers:
        return  # as nearly everybody says it
    charset = (request.charset or "utf-8").strip("\"' ").lower()
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if request.content_type != media_type or charset not in ("utf-8", "utf8"):
        raise Invalid(f"Please send {media_type} in UTF-8.", code="media_type")
    if encoding not in _ENCODINGS:
        raise Invalid("This content encoding is not understood.", code="media_type")


def _too_large() -> Invalid:
    return Invalid("The body is too large.", code="too_large")
