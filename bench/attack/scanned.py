"""Pages and their forms by Wapiti, a scanner that knows nothing of us: scripts and SQL in every
parameter, files and commands, redirects, headers, cookies.

It is asked for nothing that needs a server elsewhere. Where it is not installed, that is said, and
nothing is tried. https://wapiti-scanner.github.io
"""

import json
from pathlib import Path
from typing import Final

from bench.attack import tools
from bench.attack.model import Finding
from bench.attack.target import Target

_MODULES: Final = (
    "xss", "permanentxss", "sql", "file", "exec", "crlf", "redirect", "csp", "http_headers",
    "cookieflags", "methods",
)  # fmt: skip
_SCAN_SECONDS: Final = 40
_MODULE_SECONDS: Final = 8
_WITHIN_SECONDS: Final = 200.0
_LISTED: Final = 5
_STARTS: Final = (
    "ferries",
    "ports",
    "vessels",
    "bookings/find",
    "sign-in",
    "privacy",
    "departures",
)
_NO_WEAKNESS: Final = frozenset({
    # The copy speaks plain HTTP: with an https `public_url` both are there
    # (tests/web/test_session.py, test_security_headers.py).
    "Secure Flag cookie", "HTTP Strict Transport Security (HSTS)",
    # It looks for X-Frame-Options; ours is its successor, frame-ancestors of the policy.
    "Clickjacking Protection",
    # Names which methods are answered where.
    "HTTP Methods",
})  # fmt: skip


async def attack(target: Target, folder: Path) -> list[Finding]:
    """Crawl for a while, then try each module for a while on what was found."""
    command = tools.found("wapiti", "wapiti")
    if not command:
        return [Finding("scanned", "not tried: Wapiti is not installed", held=True)]
    log, report = folder / "wapiti.log", folder / "wapiti.json"
    ended = await tools.run(_arguments(command, target, folder, report), log, _WITHIN_SECONDS)
    if ended is None or not report.exists():
        words = f"Wapiti did not come to its end within {_WITHIN_SECONDS:.0f} s; see {log}"
        return [Finding("scanned", words, held=False)]
    return [_judged(json.loads(report.read_bytes()), log)]


def _arguments(command: str, target: Target, folder: Path, report: Path) -> list[str]:
    return [
        command, "--url", f"{target.base}/", "--scope", "domain", "--module", ",".join(_MODULES),
        "--max-scan-time", str(_SCAN_SECONDS), "--max-attack-time", str(_MODULE_SECONDS),
        "--max-parameters", "12", "--max-links-per-page", "40", "--max-files-per-dir", "30",
        "--tasks", "4", "--no-bugreport", "--flush-session", "--store-session", str(folder),
        "--store-config", str(folder), "--format", "json", "--output", str(report),
        *(word for page in _STARTS for word in ("--start", f"{target.base}/{page}")),
    ]  # fmt: skip


def _judged(report: dict[str, dict[str, list[dict[str, str]]]], log: Path) -> Finding:
    """Return what its report says, as one finding: weaknesses, and pages that it broke."""
    wrong = []
    for kind, found in [*report["vulnerabilities"].items(), *report["anomalies"].items()]:
        if found and kind not in _NO_WEAKNESS:
            where = ", ".join(f"{one['method']} {one['path']}" for one in found[:_LISTED])
            wrong.append(f"{kind} ({len(found)} times: {where})")
    words = f"{report['infos'].get('crawled_pages_nbr', 0)} pages, {len(_MODULES)} modules"
    if wrong:
        words += f": {'; '.join(wrong)}; see {log}"
    return Finding("scanned", words, held=not wrong)
