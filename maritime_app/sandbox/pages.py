"""The look of the sandbox's own pages: templates/sandbox, readable without JavaScript."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from maritime_app.sandbox import currencies

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-src 'self'"


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _environment() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(_TEMPLATES)
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["minor"] = currencies.written
    environment.filters["instant"] = _instant
    return environment


_ENVIRONMENT = _environment()


def page(name: str, status: int = 200, **context: Any) -> web.Response:
    """The page `templates/sandbox/<name>` with these values."""
    text = _ENVIRONMENT.get_template(f"sandbox/{name}").render(**context)
    headers = {
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
