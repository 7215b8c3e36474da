"""Results and refusals as tools answer them: a program reads on after a refusal."""

from typing import Any

import msgspec

from maritime_app.errors import Invalid, Refusal, TooMany, Unavailable


def answered(body: bytes) -> dict[str, Any]:
    """Return the result of a call that worked: the JSON as text and as a structure."""
    return {
        "content": [{"type": "text", "text": body.decode()}],
        "structuredContent": msgspec.json.decode(body),
        "isError": False,
    }


def refused(refusal: Refusal) -> dict[str, Any]:
    """Return the result of a call that was refused: why, by field, and when to try again."""
    told: dict[str, Any] = {"error": refusal.message, "code": refusal.code}
    if isinstance(refusal, Invalid) and refusal.fields:
        told["fields"] = refusal.fields
    if isinstance(refusal, TooMany | Unavailable) and refusal.retry_after_seconds:
        told["retry_after_seconds"] = refusal.retry_after_seconds
    text = msgspec.json.encode(told).decode()
    return {
        "content": [{"type": "text", "text": text}],
        "structuredContent": told,
        "isError": True,
    }
