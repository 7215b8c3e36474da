"""OpenAPI 3.1 out of the routes and the structs that validate them, so the two cannot disagree."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Route

_PARAMETER = re.compile(r"\{(\w+)(?::[^}]*)?\}")


def document(routes: Sequence[Route], *, version: str, server: str) -> dict[str, Any]:
    """Return the description of every route under /api/."""
    api = [route for route in routes if route.is_api]
    structs = [s for route in api for s in (route.query, route.body, route.answer) if s is not None]
    schemas, components = msgspec.json.schema_components(
        structs, ref_template="#/components/schemas/{name}"
    )
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
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
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
    "required": ["title", "status"],
}


def _operation(route: Route, schemas: dict[int, Any], components: dict[str, Any]) -> dict[str, Any]:
    name = re.sub(r"\W+", "_", f"{route.method.lower()} {route.path}").strip("_")
    answer: dict[str, Any] = {"description": "The answer"}
    if route.answer is not None:
        answer["content"] = {"application/json": {"schema": schemas[id(route.answer)]}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": route.summary,
        "tags": [
            route.path.split("/")[3]
            if route.path.startswith("/api/v1/")
            else route.path.split("/")[2]
        ],
        "responses": {
            str(route.status): answer,
            "default": {"description": "A refusal", "content": problem},
        },
    }
    parameters = [
        {"name": field, "in": "path", "required": True, "schema": {"type": "string"}}
        for field in _PARAMETER.findall(route.path)
    ]
    if route.query is not None:
        parameters += _query_parameters(components[route.query.__name__])
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


def _query_parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": kind}
        for name, kind in schema.get("properties", {}).items()
    ]
