"""The ways in which a request can be refused; everything else is a fault of ours."""

import math
from collections.abc import Mapping


class Refusal(Exception):
    """A refusal that is safe to show: `message` is a sentence for the person who asked.

    `code` is its word for programs: its own, else that of its kind.
    """

    title = "Refused"
    usual_code = "refused"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.usual_code


class Invalid(Refusal):
    """The request does not say what it must; `fields` maps a field to what is wrong with it."""

    title = "Please check what you entered"
    usual_code = "invalid"

    def __init__(
        self, message: str, fields: Mapping[str, str] | None = None, *, code: str = ""
    ) -> None:
        super().__init__(message, code=code)
        self.fields = dict(fields or {})


class Forbidden(Refusal):
    """The caller may not do this. Shown as 401 when nobody is signed in, else 403."""

    title = "Not allowed"
    usual_code = "forbidden"


class NotFound(Refusal):
    """There is no such thing, or the caller may not know that there is."""

    title = "Not found"
    usual_code = "not_found"


class Conflict(Refusal):
    """True a moment ago, not any more: the place is gone, the quote changed, the key is in use."""

    title = "That has changed"
    usual_code = "changed"


class TooMany(Refusal):
    """The caller asks too often, or holds too much; waiting helps."""

    title = "Too many requests"
    usual_code = "too_many"

    def __init__(self, wait_seconds: float, message: str = "", *, code: str = "") -> None:
        usual = "You are asking too often. Please wait a moment."
        super().__init__(message or usual, code=code)
        self.retry_after_seconds = max(1, math.ceil(wait_seconds))


class Unavailable(Refusal):
    """Something we need does not answer now; trying again later is right, at the address
    `again_url` where a page can lead there.
    """

    title = "Not available right now"
    usual_code = "unavailable"

    def __init__(
        self,
        message: str,
        *,
        retry_after_seconds: int | None = None,
        code: str = "",
        again_url: str = "",
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after_seconds = retry_after_seconds
        self.again_url = again_url
