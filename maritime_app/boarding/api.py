"""Boarding for the browser at a gate and for the gate role: list, scan, undo, state, settle."""

from aiohttp import web

from maritime_app.boarding import service
from maritime_app.boarding.closing import service as closing
from maritime_app.boarding.model import (
    BoardingList,
    CloseRequest,
    GateState,
    ScanRequest,
    ScanResponse,
    SettleRequest,
    SettleResponse,
    UndoRequest,
)
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import id_in_path, json_body
from maritime_app.web.render import json
from maritime_app.web.routing import Route, get, post

BOARD = "boarding.act"


def acting(request: web.Request) -> ActingStaff:
    """Return who acts, and for which operator."""
    who = caller(request)
    return ActingStaff(who.staff_id, who.operator_id)


async def boarding_list(request: web.Request) -> web.StreamResponse:
    """Answer all that a gate needs to work alone."""
    sailing_id = id_in_path(request, "sailing_id")
    found = await service.boarding_list(resources(request), acting(request), sailing_id)
    return json(request, found, headers={"Cache-Control": "private, no-store"})


async def state(request: web.Request) -> web.StreamResponse:
    """Answer how boarding stands."""
    sailing_id = id_in_path(request, "sailing_id")
    return json(request, await service.state(resources(request), acting(request), sailing_id))


async def scan(request: web.Request) -> web.StreamResponse:
    """Judge a code and let its holder aboard."""
    asked = await json_body(request, ScanRequest)
    sailing_id = id_in_path(request, "sailing_id")
    return json(request, await service.scan(resources(request), acting(request), sailing_id, asked))


async def undo(request: web.Request) -> web.StreamResponse:
    """Take an admission back."""
    asked = await json_body(request, UndoRequest)
    sailing_id = id_in_path(request, "sailing_id")
    found = await service.undo(resources(request), acting(request), sailing_id, asked.id)
    return json(request, found)


async def settle(request: web.Request) -> web.StreamResponse:
    """Keep what a gate wrote down."""
    asked = await json_body(request, SettleRequest)
    sailing_id = id_in_path(request, "sailing_id")
    found = await service.settle(resources(request), acting(request), sailing_id, asked)
    return json(request, found)


async def close(request: web.Request) -> web.StreamResponse:
    """Declare who is aboard."""
    asked = await json_body(request, CloseRequest)
    sailing_id = id_in_path(request, "sailing_id")
    found = await closing.close(resources(request), acting(request), sailing_id, asked)
    return json(request, found)


async def reopen(request: web.Request) -> web.StreamResponse:
    """Withdraw what was declared."""
    sailing_id = id_in_path(request, "sailing_id")
    return json(request, await closing.reopen(resources(request), acting(request), sailing_id))


_ONE = "/api/v1/boarding/{sailing_id}"
ROUTES: list[Route] = [
    get(
        f"{_ONE}/list",
        boarding_list,
        access=BOARD,
        answer=BoardingList,
        summary="All that a gate needs to work without a network",
    ),
    get(
        f"{_ONE}/state", state, access=BOARD, answer=GateState, summary="Head-count and last scans"
    ),
    post(
        f"{_ONE}/scan",
        scan,
        access=BOARD,
        body=ScanRequest,
        answer=ScanResponse,
        summary="Judge a ticket's code and let its holder aboard (repeating it changes nothing)",
    ),
    post(
        f"{_ONE}/undo",
        undo,
        access=BOARD,
        body=UndoRequest,
        answer=GateState,
        summary="Take an admission back",
    ),
    post(
        f"{_ONE}/close",
        close,
        access=BOARD,
        body=CloseRequest,
        answer=GateState,
        summary="Close boarding with the count that the screen showed",
    ),
    post(
        f"{_ONE}/reopen",
        reopen,
        access=BOARD,
        answer=GateState,
        summary="Withdraw the count and let people aboard again",
    ),
    post(
        f"{_ONE}/admissions",
        settle,
        access=BOARD,
        body=SettleRequest,
        answer=SettleResponse,
        summary="Hand in a gate's journal (repeating it adds nothing)",
    ),
]
