"""Verify an evidence file of a late arrival without the service that wrote it.

    python docs/verify_evidence.py evidence-7WN6N3E3-1.json PUBLIC_KEY_IN_HEX

The key stands under /api/v1/evidence-keys. Needs nothing but Python: Ed25519 is written out after
RFC 8032, the thresholds after article 19 of Regulation (EU) 1177/2010.
"""

import base64
import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
HOUR = 3600
Point = tuple[int, int, int, int]  # X, Y, Z, T: x = X/Z, y = Y/Z, x * y = T/Z


def add(a: Point, b: Point) -> Point:
    """Add two points of the curve (RFC 8032, 5.1.4)."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, z - t, z + t, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """Multiply a point by a number."""
    result = (0, 1, 1, 0)
    while factor:
        result = add(result, point) if factor & 1 else result
        point, factor = add(point, point), factor >> 1
    return result


def decompress(text: bytes) -> Point:
    """Return the point of 32 bytes (RFC 8032, 5.1.3); raise ValueError where there is none."""
    number = int.from_bytes(text, "little")
    sign, y = number >> 255, number % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P:
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def is_signed(key: bytes, body: bytes, signature: bytes) -> bool:
    """Return whether the key signed the body (RFC 8032, 5.1.7)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    base = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    point, scalar = decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    digest = hashlib.sha512(signature[:32] + key + body).digest()
    right = add(point, times(int.from_bytes(digest, "little") % ORDER, decompress(key)))
    left = times(scalar, base)
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return scalar < ORDER and same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


def owed_minor(told: dict[str, Any]) -> int:
    """Return what article 19 gives, from the times and the price in the file alone."""
    begin, end, arrival = (
        datetime.fromisoformat(told[name])
        for name in ("scheduled_departure", "scheduled_arrival", "arrival")
    )
    scheduled, late = (end - begin).total_seconds(), (arrival - end).total_seconds()
    steps = ((4 * HOUR, HOUR), (8 * HOUR, 2 * HOUR), (24 * HOUR, 3 * HOUR))
    quarter = next((delay for upto, delay in steps if scheduled <= upto), 6 * HOUR)
    percent = 50 if late > 2 * quarter else 25 if late >= quarter else 0
    return -(-told["price_minor"] * percent // (100 * told["journeys"]))  # never rounded down


def main(path: str, trusted_key: str) -> str:
    """Return what is wrong with a file, or an empty text."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    told, signature = content["evidence"], content["signature"]
    body = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    key = bytes.fromhex(trusted_key)
    if not is_signed(key, body, base64.b64decode(signature["value"])):
        return "the signature is not of that key"
    return "" if owed_minor(told) == told["amount_minor"] else "the amount is not what is due"


if __name__ == "__main__":
    wrong = main(sys.argv[1], sys.argv[2])
    sys.exit(wrong or print("genuine, and the amount is what is due"))
