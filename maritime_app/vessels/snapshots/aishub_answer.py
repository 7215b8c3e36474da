"""AISHub's answer: its rows, or one of its error forms. Pure."""

from typing import Any, Final

import msgspec

_TOO_EARLY: Final = ("too frequent", "too many")


class Refused(Exception):
    """AISHub answered that something is wrong; `too_early`: it wants to be asked less often."""

    def __init__(self, reason: str, *, too_early: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.too_early = too_early


def rows(body: bytes) -> list[dict[str, Any]]:
    """Return the rows of a JSON answer; raise Refused for its error forms, or for no JSON.

    Too early gives an empty body, or a text.
    """
    text = body[:200].decode("utf-8", "replace").strip()
    if not text or any(words in text.lower() for words in _TOO_EARLY):
        raise Refused("asked again too early", too_early=True)
    try:
        answer = msgspec.json.decode(body)
        head = answer[0]
        if head.get("ERROR"):
            reason = str(head.get("ERROR_MESSAGE", "no reason given"))[:100]
            raise Refused(reason, too_early="frequent" in reason.lower())
        found = answer[1] if len(answer) > 1 else []
    except (
        ValueError,
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        RecursionError,
    ) as error:
        raise Refused("the answer is in no known form") from error
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
