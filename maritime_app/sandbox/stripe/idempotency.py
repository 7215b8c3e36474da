"""The first answer of an idempotency key is its answer for a day.

Source: https://docs.stripe.com/api/idempotent_requests
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from maritime_app.sandbox.stripe.ledger import KEY, Ledger
from maritime_app.sandbox.stripe.model import Obj, StripeProblem

_KEPT_SECONDS = 24 * 3600
_LONGEST = 255


class Keys:
    """Keys in use by running requests, and the answers that finished ones left."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._running: set[str] = set()

    @contextmanager
    def running(self, key: str) -> Iterator[None]:
        """Only one request at a time runs under a key; another meanwhile is refused with 409."""
        if len(key) > _LONGEST:
            message = f"Idempotency keys are at most {_LONGEST} characters long."
            raise StripeProblem(message, kind="idempotency_error")
        if key in self._running:
            raise StripeProblem(
                "There is currently another in-progress request using this Idempotent Key "
                f"(that probably means you submitted twice, and the other request is still "
                f"going through): {key}. Please try again later.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            )
        self._running.add(key)
        try:
            yield
        finally:
            self._running.discard(key)

    def answered(self, key: str, path: str, params: Obj, now: int) -> Obj | None:
        """The answer kept under the key: its `status`, `body` and `request_id`.

        Refuses when the key was first used for something else.
        """
        kept = self._ledger.find(f"key:{key}")
        if kept is None or kept["created"] < now - _KEPT_SECONDS:
            return None
        if kept["path"] != path:
            raise StripeProblem(
                "Keys for idempotent requests can only be used for the same endpoint they were "
                f"first used for ('{path}' vs '{kept['path']}'). Try using a key other than "
                f"'{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        if kept["params"] != _digest(params):
            raise StripeProblem(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request.",
                kind="idempotency_error",
            )
        return kept

    def keep(self, key: str, path: str, params: Obj, now: int, answer: Obj) -> None:
        """Remember the answer; it is written down together with what the request changed."""
        kept = {
            "id": f"key:{key}",
            "object": KEY,
            "path": path,
            "params": _digest(params),
            "created": now,
        }
        self._ledger.put(kept | answer)


def _digest(params: Obj) -> str:
    return hashlib.sha256(msgspec.json.encode(params, order="deterministic")).hexdigest()
