"""Typed keys of the application and of a request."""

from aiohttp import web

from maritime_app.resources import Resources

RESOURCES = web.AppKey("resources", Resources)


def resources(request: web.Request) -> Resources:
    """Return what this process holds open."""
    return request.app[RESOURCES]
