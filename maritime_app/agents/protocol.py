"""Pure: messages of the Model Context Protocol, revision 2026-07-28: stateless, one request a POST.

https://modelcontextprotocol.io/specification/2026-07-28. Clients of the revisions before it, which
begin with a handshake, are answered too: their handshake is kept nowhere.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from maritime_app.errors import Invalid
from maritime_app.web.forms import json_text

VERSION: Final = "2026-07-28"
# With a handshake. Theirs is the older one wherever a client names none.
HANDSHAKE_VERSIONS: Final = ("2025-11-25", "2025-06-18", "2025-03-26")
VERSION_HEADER, METHOD_HEADER, NAME_HEADER = "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"
_META_VERSION = "io.modelcontextprotocol/protocolVersion"
_META_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
HEADER_MISMATCH: Final = -32020
UNSUPPORTED_VERSION: Final = -32022
_HTTP_STATUS: Final = {METHOD_NOT_FOUND: 404, INTERNAL_ERROR: 500}

_ENCODED = re.compile(r"=\?base64\?(.*)\?=")


class Message(msgspec.Struct, frozen=True):
    """One request, or (without an id) a notification. What another revision writes into it beside
    that is left out; the arguments of a tool are read strictly.
    """

    jsonrpc: str
    method: str
    id: int | str | msgspec.UnsetType = msgspec.UNSET
    params: dict[str, Any] = {}

    @property
    def is_notification(self) -> bool:
        """Whether nobody waits for an answer."""
        return self.id is msgspec.UNSET


class ProtocolError(Exception):
    """A message that is refused by the protocol's own rules."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code, self.data = code, data

    @property
    def http_status(self) -> int:
        """Return the status that the transport demands for the code."""
        return _HTTP_STATUS.get(self.code, 400)


def read(body: bytes) -> Message:
    """Return the message; raise ProtocolError for what is none, batches among them."""
    try:
        plain = json_text.decode(body)
    except Invalid as refusal:
        raise ProtocolError(PARSE_ERROR, refusal.message) from None
    try:
        message = msgspec.convert(plain, Message)
    except msgspec.ValidationError as error:
        raise ProtocolError(INVALID_REQUEST, f"Not a JSON-RPC request: {error}.") from error
    if message.jsonrpc != "2.0":
        raise ProtocolError(INVALID_REQUEST, 'jsonrpc must be "2.0".')
    return message


def revision(message: Message, headers: Mapping[str, str]) -> str:
    """Return the revision that a message is of; raise ProtocolError where it is of none of ours.

    Of 2026-07-28 each request names version and capabilities in itself, and version, method and
    name in its headers, which must not say anything else.
    """
    meta = message.params.get("_meta")
    named = headers.get(VERSION_HEADER, "")
    if named in HANDSHAKE_VERSIONS or (not named and message.method == "initialize"):
        return named or HANDSHAKE_VERSIONS[0]
    told = meta.keys() & {_META_VERSION, _META_CAPABILITIES} if isinstance(meta, dict) else set()
    if not named and not told:  # the header came after 2025-03-26, which is meant without it
        return HANDSHAKE_VERSIONS[-1]
    if not isinstance(meta, dict) or len(told) < 2:
        words = f"params._meta must have {_META_VERSION} and {_META_CAPABILITIES}."
        raise ProtocolError(INVALID_PARAMS, words)
    version = meta[_META_VERSION]
    if not isinstance(version, str):
        raise ProtocolError(INVALID_PARAMS, f"{_META_VERSION} must be text.")
    _check_headers(message, headers, version)
    if version != VERSION:
        data = {"supported": [VERSION], "requested": version}
        raise ProtocolError(UNSUPPORTED_VERSION, "This version is not spoken here.", data)
    return version


def _check_headers(message: Message, headers: Mapping[str, str], version: str) -> None:
    expected: dict[str, Any] = {VERSION_HEADER: version, METHOD_HEADER: message.method}
    if message.method == "tools/call" and "name" in message.params:
        expected[NAME_HEADER] = message.params["name"]
    for header, value in expected.items():
        if _decoded(headers.get(header)) != value:
            words = f"The header {header} does not say what the body says."
            raise ProtocolError(HEADER_MISMATCH, words)


def _decoded(header: str | None) -> str | None:
    """Return a header's value; what is no plain ASCII travels as =?base64?...?=."""
    found = _ENCODED.fullmatch(header) if header else None
    if found is None:
        return header
    try:
        return base64.b64decode(found[1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def result(message: Message, version: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a request; since 2026-07-28 each says that it is complete."""
    whole = {"resultType": "complete", **fields} if version == VERSION else fields
    return {"jsonrpc": "2.0", "id": message.id, "result": whole}


def refusal(error: ProtocolError, message: Message | None) -> dict[str, Any]:
    """Return the answer to a request that is refused."""
    told: dict[str, Any] = {"code": error.code, "message": str(error)}
    if error.data is not None:
        told["data"] = error.data
    known = message.id if message is not None else msgspec.UNSET
    return {"jsonrpc": "2.0", "id": None if known is msgspec.UNSET else known, "error": told}
