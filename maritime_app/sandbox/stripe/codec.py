"""Pure: nested form parameters as Stripe's libraries send them, and the signature of a webhook."""

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl


class UnreadableForm(ValueError):
    """The parameters contradict each other or are not a form."""


def parse_form(text: str) -> dict[str, Any]:
    """`a[b][0][c]=v` -> {"a": {"b": [{"c": "v"}]}}; `a[]=v` appends; values stay strings.

    Numbered keys become lists in the order of their numbers, except below `metadata`, whose keys
    are
    the caller's own. Raises UnreadableForm.
    """
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True, max_num_fields=2000):
        _insert(tree, _path(key), value)
    return {key: _listed(key, value) for key, value in tree.items()}


def _path(key: str) -> list[str]:
    head, bracket, rest = key.partition("[")
    if not bracket:
        return [key]
    if not rest.endswith("]") or not head:
        raise UnreadableForm(f"Invalid parameter name: {key}")
    return [head, *rest[:-1].split("][")]


def _insert(tree: dict[str, Any], path: list[str], value: str) -> None:
    node = tree
    for part in path[:-1]:
        below = node.setdefault(part, {})
        if not isinstance(below, dict):
            raise UnreadableForm(f"Invalid {path[0]}: both a value and a hash")
        node = below
    last = path[-1]
    if last == "":
        last = str(len(node))
    if isinstance(node.get(last), dict):
        raise UnreadableForm(f"Invalid {path[0]}: both a value and a hash")
    node[last] = value


def _listed(key: str, value: Any) -> Any:
    if not isinstance(value, dict) or key == "metadata":
        return value
    if value and all(part.isdecimal() for part in value):
        return [_listed("", value[part]) for part in sorted(value, key=int)]
    return {part: _listed(part, below) for part, below in value.items()}


def signature(payload: bytes, secret: str, timestamp: int) -> str:
    """The Stripe-Signature header: HMAC-SHA256 of "timestamp.payload".

    Source: https://docs.stripe.com/webhooks#verify-manually
    """
    digest = hmac.new(
        secret.encode(), f"{timestamp}.".encode() + payload, hashlib.sha256
    ).hexdigest()
    return f"t={timestamp},v1={digest}"
