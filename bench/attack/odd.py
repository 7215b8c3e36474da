"""Requests that no client sends, and bodies that name another decoder."""

from bench.attack.model import Finding
from bench.attack.target import Target
from bench.attack.wire import raw

_FORM = "application/x-www-form-urlencoded"
_HEAVY = b"a-" + b"z9a" * 40_000


def _post(kind: str, body: bytes) -> bytes:
    head = (
        f"POST /bookings/find HTTP/1.1\r\nHost: attack\r\nConnection: close\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _get(path: str, *lines: str, method: str = "GET") -> bytes:
    head = [f"{method} {path} HTTP/1.1", "Host: attack", "Connection: close", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n"


_CASES: list[tuple[str, bytes, tuple[int, ...]]] = [
    *(
        (f"a form in {charset}", _post(f"{_FORM}; charset={charset}", b"csrf_token=a"), (415,))
        for charset in ("punycode", "idna", "utf-7", "unicode_escape", "utf-16", "nosuch")
    ),
    ("120 KB of punycode", _post(f"{_FORM}; charset=punycode", _HEAVY), (415,)),
    ("a multipart form", _post("multipart/form-data; boundary=x", b"--x--"), (415,)),
    ("half a character in a form", _post(_FORM, b"csrf_token=%ED%A0%80"), (422,)),
    ("an address of 9,000 bytes", _get("/" + "a" * 9_000), (414,)),
    ("a header of 20,000 bytes", _get("/", "X-Long: " + "a" * 20_000), (431,)),
    ("a line end in a path", _get("/a%0d%0aSet-Cookie:x=1"), (404,)),
    ("a control character in a question", _get("/ports?q=%1b"), (422,)),
    ("CONNECT", _get("/", method="CONNECT"), (400, 404, 405)),
    ("a request without a version", b"GET /healthz\r\n\r\n", (400,)),
    ("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00", (400,)),
    ("two lengths", _get("/", "Content-Length: 1", "Content-Length: 2"), (400,)),
    ("length and chunks", _get("/", "Content-Length: 1", "Transfer-Encoding: chunked"), (400,)),
]


async def attack(target: Target) -> list[Finding]:
    """Send each; the answer must be the one that is meant, and ours."""
    findings = []
    for name, data, expected in _CASES:
        status, head, body = await raw(target.base, data)
        ours = "content-security-policy" in head.lower() and "aiohttp" not in head.lower()
        held = status in expected and ours and b"Traceback" not in body
        findings.append(Finding("odd", f"{name}: {status}", held))
    return findings
