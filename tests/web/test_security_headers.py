"""What every answer carries: a strict policy for browsers, and no word of what we run on."""

import base64
import datetime as dt
import hashlib
import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace

PATHS = [
    "/",
    "/ferries",
    "/ports",
    "/vessels",
    "/sign-in",
    "/nothing",
    "/healthz",
    "/metrics",
    "/static/web/base.css",
    "/static/web/theme.js",
    "/api/v1/openapi.json",
    "/api/v1/nothing",
    "/bookings/AAAA2222?token=x",
    "/ferries?from=NOOSL&to=DEKEL&date=2027-01-01",
]


# What loads nothing may load nothing; a script may be the one of a worker.
NOTHING = "default-src 'none'; frame-ancestors 'none'"
NO_PAGE = {
    "text/css": NOTHING,
    "application/json": NOTHING,
    "application/problem+json": NOTHING,
    "text/javascript": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


def referrer_policy(path):
    """The address of somebody's booking is told to no other site, not even without its path."""
    personal = path.startswith("/bookings/AAAA2222")
    return "same-origin" if personal else "strict-origin-when-cross-origin"


@pytest.mark.parametrize("path", PATHS)
async def test_it_works(standing, path):
    for _ in range(2):  # the second one may come from the cache
        async with standing.get(path, allow_redirects=False) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == referrer_policy(path)
            (policy,) = answer.headers.getall("Content-Security-Policy")
            if answer.content_type in NO_PAGE:
                assert policy == NO_PAGE[answer.content_type]
                continue
            assert "geolocation=()" in answer.headers["Permissions-Policy"]
        check(policy)


def check(policy):
    """Whether a policy is as strict as it must be."""
    for rule in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


async def test_the_import_map_is_the_only_script_in_a_page_and_its_hash_fits(standing):

    async with standing.get("/vessels") as page:
        text, policy = await page.text(), page.headers["Content-Security-Policy"]
    inline = re.findall(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/)[^>]*>(.*?)</script>", text, re.DOTALL
    )

    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy


async def test_over_https_browsers_are_told_to_stay_there(settings):
    """And the session cookie is one that no other host can set."""
    secure = replace(settings, web={"public_url": "https://ferries.example"})
    async with (
        open_resources(secure, domains.PARTS) as res,
        TestClient(TestServer(create_app(res))) as client,
        client.get("/sign-in") as answer,
    ):
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        assert answer.cookies["__Host-visitor"]["secure"]


async def test_over_http_they_are_not(standing):
    async with standing.get("/") as answer:
        assert "Strict-Transport-Security" not in answer.headers


async def test_forms_lead_here_and_to_the_payment_page_only(standing):
    async with standing.get("/") as answer:
        allowed = re.search(r"form-action ([^;]+)", answer.headers["Content-Security-Policy"])

    assert allowed
    assert allowed[1] == "'self' https://checkout.stripe.com"


async def test_a_ticket_is_kept_by_no_cache(standing):
    """What is behind a guest's link is private."""
    async with standing.get("/bookings/AAAA2222/ticket?token=x") as answer:
        assert "public" not in answer.headers.get("Cache-Control", "")


async def test_where_to_report_a_weakness_is_said(client, resources):
    async with client.get("/.well-known/security.txt") as nothing:
        assert nothing.status == 404
    contact = replace(resources.settings, web={"security_contact": "mailto:safe@ferry.example"})
    object.__setattr__(resources, "settings", contact)

    async with client.get("/.well-known/security.txt") as answer:
        fields = dict(line.split(": ", 1) for line in (await answer.text()).splitlines())

    assert answer.content_type == "text/plain"
    assert fields["Contact"] == "mailto:safe@ferry.example"
    expires = dt.datetime.fromisoformat(fields["Expires"])
    assert dt.timedelta(days=30) < expires - dt.datetime.now(dt.UTC) < dt.timedelta(days=365)
