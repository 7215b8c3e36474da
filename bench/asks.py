"""What the load generator asks for: each kind is made once and then gives one request after the
other.
"""

import json
import secrets
from collections.abc import Callable
from itertools import chain, count, cycle
from typing import Any

from bench import events

_SIGNED_BEFOREHAND = 25_000
_SPELLINGS = 2**20  # of one address: each run of the generator begins somewhere among them
_CALLERS = 4096  # so many people behind one proxy, so that nobody is refused for asking too often


def pages(paths: list[str]) -> Callable[[], bytes]:
    """GET these addresses in turn, each time as somebody else."""
    asked = cycle(
        _get(paths[number % len(paths)], number) for number in range(max(_CALLERS, len(paths)))
    )
    return asked.__next__


def _get(path: str, caller: int) -> bytes:
    headers = f"Host: bench\r\nX-Forwarded-For: {_address(caller)}"
    return f"GET {path} HTTP/1.1\r\n{headers}\r\n\r\n".encode()


def fresh_pages(paths: list[str]) -> Callable[[], bytes]:
    """GET the same questions, but never twice by the same address: each time other characters of
    its values are percent-encoded, which asks the same (RFC 3986 section 6.2.2.2). What another run
    has asked of the same process is not asked again, either.
    """
    numbers = count((1 + secrets.randbelow(_SPELLINGS)) * len(paths))

    def ask() -> bytes:
        times, which = divmod(next(numbers), len(paths))
        return _get(_written_anew(paths[which], times), times * len(paths) + which)

    return ask


def _written_anew(path: str, times: int) -> str:
    """Encode the characters of the values that the bits of `times` stand for."""
    page, _mark, query = path.partition("?")
    written = []
    for part in query.split("&"):
        name, _sign, value = part.partition("=")
        letters = []
        for char in value:
            letters.append(f"%{ord(char):02X}" if times & 1 else char)
            times >>= 1
        written.append(f"{name}={''.join(letters)}")
    return f"{page}?{'&'.join(written)}"


def webhooks(path: str) -> Callable[[], bytes]:
    """POST one signed event after the other; no two are the same, in this run or another."""
    run, key = f"{secrets.token_hex(6)}x", events.SECRET.encode()

    def ask(number: int) -> bytes:
        body = events.event(f"{run}{number}")
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        head += f"Stripe-Signature: {events.signature(body, key)}\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    # Signed beforehand: the generator shares its core with PostgreSQL and must not be what is
    # measured.
    ready = [ask(number) for number in range(_SIGNED_BEFOREHAND)]
    return chain(ready, map(ask, count(_SIGNED_BEFOREHAND))).__next__


def bookings(sailings: list[tuple[str, str]]) -> Callable[[], bytes]:
    """POST a booking of two people, a car and a cabin, on these sailings in turn."""
    bodies = cycle([_booking(sailing, cabin) for sailing, cabin in sailings])
    callers = count()

    def ask() -> bytes:
        body = next(bodies)
        head = "POST /api/v1/bookings HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        head += f"X-Forwarded-For: {_address(next(callers))}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    return ask


def _booking(sailing: str, cabin: str) -> bytes:
    ask: dict[str, Any] = {
        "legs": [{"sailing_id": sailing, "cabin": cabin, "fewer_berths": True}],  # of any type
        "passengers": [
            {"given_name": "Ada", "family_name": "Lund", "kind": "adult"},
            {"given_name": "Bo", "family_name": "Berg", "kind": "adult"},
        ],
        "vehicles": [{"kind": "car", "length_cm": 430, "height_cm": 180, "plate": "ABC 123"}],
        "contact": {"email": "ada@example.com", "phone": "+46 70 000 00 00", "language": "en"},
    }
    return json.dumps(ask).encode()


def _address(caller: int) -> str:
    return f"10.{caller >> 16 & 255}.{caller >> 8 & 255}.{caller & 255}"


KINDS: dict[str, Callable[..., Callable[[], bytes]]] = {
    "pages": pages,
    "fresh_pages": fresh_pages,
    "webhooks": webhooks,
    "bookings": bookings,
}
