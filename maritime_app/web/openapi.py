"""OpenAPI 3.1 out of the routes and the structs that validate them, so the two cannot disagree."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

import msgspec

from maritime_app.web import idempotency
from maritime_app.web.openapi_formats import for_a_query, name_instants, of_a_path
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Route
from maritime_app.web.sessions import STAFF

# What an answer without a struct is, by the ending of its address.
_MEDIA = {
    ".csv": "text/csv",
    ".svg": "image/svg+xml",
    ".atom": "application/atom+xml",
    ".geojson": "application/geo+json",
    ".zip": "application/zip",
    ".pb": "application/x-protobuf",
}
_PARAMETER = re.compile(r"\{(\w+)(?::[^}]*)?\}")


def document(routes: Sequence[Route], *, version: str, server: str) -> dict[str, Any]:
    """Return the description of every route under /api/."""
    api = [route for route in routes if route.is_api]
    structs = [s for route in api for s in (route.query, route.body, route.answer) if s is not None]
    schemas, components = msgspec.json.schema_components(
        structs, ref_template="#/components/schemas/{name}"
    )
    name_instants(structs, components)
    by_struct = dict(zip(map(id, structs), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in api:
        path = _PARAMETER.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, by_struct, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ferries and vessels",
            "version": version,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": _PROBLEM},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": _cookie(server)},
            },
        },
    }


def _cookie(server: str) -> str:
    return STAFF.cookie_over(https=server.startswith("https:"))


_STATUSES = {
    202: "Being pulled for the first time: Retry-After says when to ask again",
    304: "It is what If-None-Match names",
    400: "No request that can be read, or no JSON",
    401: "Please sign in, or send a token",
    403: "The caller may not do this",
    404: "There is no such thing, or the caller may not know that there is",
    406: "The caller's Accept leaves the answer out",
    409: "True a moment ago, not any more; or the same key is being worked on",
    413: "The body is too large",
    414: "The address is too long",
    415: "Another media type, charset or encoding than the operation takes",
    422: "Readable, and not what it must say; `errors` has a word per field",
    429: "Asked too often, or too much is held; Retry-After says when to come again",
    431: "A header is too large",
    500: "A fault of ours; the detail names the incident",
    503: "Something that is needed does not answer now; Retry-After says when to come again",
}
_RATE_LIMIT_HEADERS = {
    "Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds"},
    "RateLimit": {"schema": {"type": "string"}, "description": "What is left, and until when"},
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "How much there is"},
}
_ETAGS = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "ETags of what the caller has: 304 says that it is still so",
}
_IDEMPOTENCY_KEY = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.MAX_KEY_LENGTH},
    "description": "The caller's own: sent again within 24 hours, it gets the same answer",
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem document",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["type", "title", "status", "detail", "code"],
}


def _operation(route: Route, schemas: dict[int, Any], components: dict[str, Any]) -> dict[str, Any]:
    name = re.sub(r"\W+", "_", f"{route.method.lower()} {route.path}").strip("_")
    answer: dict[str, Any] = {"description": "The answer"}
    if route.answer is not None:
        answer["content"] = {"application/json": {"schema": schemas[id(route.answer)]}}
    elif media := route.media or _MEDIA.get(PurePosixPath(route.path).suffix):
        answer["content"] = {media: {"schema": _schema_of(media)}}
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": route.summary,
        "tags": [
            route.path.split("/")[3]
            if route.path.startswith("/api/v1/")
            else route.path.split("/")[2]
        ],
        "responses": {str(route.status): answer, **_refusals(route)},
    }
    parameters = [
        {"name": field, "in": "path", "required": True, "schema": of_a_path(field)}
        for field in _PARAMETER.findall(route.path)
    ]
    if route.query is not None:
        parameters += _query_parameters(components[route.query.__name__])
    parameters += _header_parameters(route)
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[id(route.body)]}},
        }
    if route.access not in (PUBLIC, GUEST, SIGNED):
        operation["security"] = [{"token": []}, {"session": []}]
        operation["description"] = f"Needs the permission `{route.access}`."
    return operation


def _schema_of(media: str) -> dict[str, str]:
    if media.endswith("json"):
        return {"type": "object"}
    text = media.startswith("text/") or media.endswith("xml")
    return {"type": "string"} if text else {"type": "string", "format": "binary"}


def _refusals(route: Route) -> dict[str, Any]:
    """Return every other status that the operation answers with, and with what.

    There is no "default": an answer that is not described here is a fault, and a test's to find
    (tests/web/test_fuzz.py).
    """
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    described: dict[str, Any] = {
        str(status): {"description": _STATUSES[status], "content": problem}
        for status in sorted(_statuses_of(route))
    }
    if route.method == "GET":
        described["304"] = {"description": _STATUSES[304]}
        described["406"] = {"description": _STATUSES[406], "content": problem}
    if route.pulled:
        described["202"] = {"description": _STATUSES[202]}
    if "429" in described:
        described["429"]["headers"] = _RATE_LIMIT_HEADERS
    return described


def _statuses_of(route: Route) -> set[int]:
    statuses = {400, 414, 422, 431, 500, 503}  # what any request may meet
    if _PARAMETER.search(route.path) or route.query or route.body or route.access == GUEST:
        statuses.add(404)
    if route.method != "GET":
        statuses |= {409, 413}
    if route.body is not None:
        statuses.add(415)
    if route.access not in (PUBLIC, SIGNED):
        statuses.add(403)
    if route.access not in (PUBLIC, GUEST, SIGNED):
        statuses.add(401)
    if route.limit or route.access == GUEST:
        statuses.add(429)
    return statuses


def _header_parameters(route: Route) -> Iterator[dict[str, Any]]:
    if route.method == "GET":
        yield _ETAGS
    if route.idempotent:
        yield _IDEMPOTENCY_KEY
    if route.signed_by:
        signature = {"type": "string", "minLength": 1}
        yield {"name": route.signed_by, "in": "header", "required": True, "schema": signature}


def _query_parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": for_a_query(kind)}
        for name, kind in schema.get("properties", {}).items()
    ]
