"""Every route by every role, and a guest's routes with another guest's proof."""

import re
from collections.abc import AsyncIterator

import msgspec

from bench.attack.model import Finding
from bench.attack.target import Target
from bench.attack.wire import Browser
from maritime_app import domains
from maritime_app.accounts.permissions import PERMISSIONS, Role
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Route

_NOBODY = "nobody"
_REFUSED = (401, 403)


async def attack(target: Target) -> list[Finding]:
    """Call each staff route as everybody, each guest route with what proves another booking."""
    findings = []
    guarded = [one for one in domains.ROUTES if one.access not in (PUBLIC, GUEST, SIGNED)]
    for role in (_NOBODY, *Role):
        wrong = [one async for one in _served_wrongly(target, str(role), guarded)]
        tried = f"{len(guarded)} staff routes as {role}"
        findings.append(Finding("access", f"{tried}{_listed(wrong)}", not wrong))
    guests = [one for one in domains.ROUTES if one.access == GUEST]
    shown = [one async for one in _shown_to_another(target, guests)]
    tried = f"{len(guests)} guest routes with another booking's link"
    findings.append(Finding("access", f"{tried}{_listed(shown)}", not shown))
    return findings


async def _served_wrongly(target: Target, role: str, routes: list[Route]) -> AsyncIterator[str]:
    headers = {} if role == _NOBODY else {"Authorization": f"Bearer {target.tokens[role]}"}
    allowed = frozenset() if role == _NOBODY else PERMISSIONS[Role(role)]
    async with Browser(target.base, **headers) as browser:
        for route in routes:
            status, _body = await browser.call(route.method, _address(route, target))
            refused = status in _REFUSED or (status == 303 and not route.is_api)
            if route.access not in allowed and not refused:
                yield f"{route.label}: {status}"
            if status >= 500 and status != 503:
                yield f"{route.label}: {status}"


async def _shown_to_another(target: Target, routes: list[Route]) -> AsyncIterator[str]:
    proof = target.theirs["token"]
    async with Browser(target.base) as browser:
        for route in routes:
            where = f"{_address(route, target)}?token={proof}"
            if route.method == "GET" or not route.is_api:
                status, answer = await browser.call(route.method, where)
            else:
                status, answer = await browser.call(
                    route.method, _address(route, target), json=_body(route, proof)
                )
            if status < 400 or b"Lund" in answer:
                yield f"{route.label}: {status}"


def _body(route: Route, proof: str) -> dict[str, object]:
    """Return the proof as the route takes it: unknown fields are refused before it is looked at."""
    known = msgspec.structs.fields(route.body) if route.body else ()
    given = {"token": proof, "fee_minor": 0, "change": {}, "difference_minor": 0}
    return {one.name: given[one.name] for one in known if one.name in given}


def _address(route: Route, target: Target) -> str:
    return re.sub(r"\{(\w+)(?::[^}]*)?\}", lambda found: _part(found[1], target), route.path)


def _part(name: str, target: Target) -> str:
    return {
        "reference": str(target.mine["reference"]),
        "code": "GRPIR",
        "mmsi": "239000001",
        "leg": "1",
    }.get(name, "00000000-0000-0000-0000-000000000000")


def _listed(wrong: list[str]) -> str:
    return f": {', '.join(wrong[:5])}" if wrong else ""
