"""Parts of aiohttp that are not documented and that we stand on: a new release that changes one
fails here, with its name, and not in production.
"""

import inspect

import pytest
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server


@pytest.mark.parametrize(
    "name",
    [
        "_messages",
        "_current_request",
        "_request_in_progress",
        "_upgraded",
        "_payload_parser",
        "_force_close",
    ],
)
def test_it_works(name):
    """A connection knows what it has received and what it answers (web.edge.connection)."""
    slots = {slot for kind in RequestHandler.__mro__ for slot in getattr(kind, "__slots__", ())}
    assert name in slots


@pytest.mark.parametrize(
    ("kind", "name", "parameters"),
    [
        (RequestHandler, "handle_error", ["self", "request", "status", "exc", "message"]),
        (RequestHandler, "finish_response", ["self", "request", "resp", "start_time"]),
        (RequestHandler, "data_received", ["self", "data"]),
        (RequestHandler, "force_close", ["self"]),
        (Server, "__call__", ["self"]),
        (web.AppRunner, "_make_server", ["self"]),
        (web.AppRunner, "cleanup", ["self"]),
        (web.StreamResponse, "prepare", ["self", "request"]),
        (web.StreamResponse, "write_eof", ["self", "data"]),
    ],
)
def test_what_is_overridden_is_called_as_before(kind, name, parameters):
    assert list(inspect.signature(getattr(kind, name)).parameters) == parameters


def test_back_pressure_can_be_asked_for():
    """Answers that are ready wait for a client that does not read (web.responses.raw_responses)."""
    assert "writing_paused" in vars(BaseProtocol)
    assert inspect.iscoroutinefunction(AbstractStreamWriter.drain)


def test_a_long_line_says_which_limit_it_passed():
    assert LineTooLong(b"GET /", 8_190).args[1] == 8_190


def test_sizes_of_lines_and_headers_can_be_set():
    parameters = inspect.signature(RequestHandler.__init__).parameters
    assert {"max_line_size", "max_field_size", "keepalive_timeout"} <= set(parameters)


def test_a_site_knows_its_listening_sockets():
    """Their numbers are needed when the port closes (web.edge.leaving)."""
    assert "_server" in getattr(web.TCPSite.__mro__[1], "__slots__", ())


def test_a_server_keeps_how_its_connections_are_made():
    assert "_kwargs" in inspect.getsource(Server.__init__)
