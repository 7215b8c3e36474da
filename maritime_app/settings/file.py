"""settings.toml and the environment, read once into one frozen Settings; nobody else reads the
environment.

Not pydantic-settings: it would be imported by every process (0.14 to 0.2 s, a tenth of the start)
and knows no line of the file to name when something is wrong.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, get_origin, get_type_hints

import msgspec

from maritime_app.settings.model import RemoteOperator, Settings
from maritime_app.settings.section import Section

__all__ = ["RemoteOperator", "Settings", "SettingsError", "load", "replace"]

DEFAULT_FILE = Path(__file__).resolve().parents[2] / "settings.toml"


class SettingsError(Exception):
    """A setting is unknown, missing or of a wrong type; the message names its line or variable."""


SMTP_OVER_TLS: Final = 465  # RFC 8314; on every other port STARTTLS begins it
_THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1")
# The usual names that hosting platforms and the outside services' own manuals use.
_SHORT_NAMES = {
    "HOST": ("web", "host"),
    "PORT": ("web", "port"),
    "PUBLIC_URL": ("web", "public_url"),
    "VAR_DIR": ("paths", "var_dir"),
    "PROBE_HOST": ("probes", "host"),
    "PROBE_PORT": ("probes", "port"),
    "ALERT_MAIL": ("alerts", "mail"),
    "ALERT_WEBHOOK_URL": ("alerts", "webhook_url"),
    "ALERT_WEBHOOK_SECRET": ("alerts", "webhook_secret"),
    "OTEL_EXPORTER_OTLP_ENDPOINT": ("tracing", "endpoint"),
    "DATABASE_URL": ("database", "url"),
    "DATABASE_REPLICA_URL": ("database", "replica_url"),
    "REDIS_URL": ("redis", "url"),
    "REDIS_PREFIX": ("redis", "prefix"),
    "SECRET_KEY": ("secrets", "key"),
    "SECRET_PREVIOUS_KEYS": ("secrets", "previous_keys"),
    "STRIPE_API_BASE": ("stripe", "api_base"),
    "STRIPE_SECRET_KEY": ("stripe", "secret_key"),
    "STRIPE_WEBHOOK_SECRET": ("stripe", "webhook_secrets"),
    "AISSTREAM_URL": ("aisstream", "url"),
    "AISSTREAM_API_KEY": ("aisstream", "api_key"),
    "AISHUB_URL": ("aishub", "base_url"),
    "AISHUB_USERNAME": ("aishub", "username"),
    "OPENWEATHER_API_KEY": ("weather", "openweather_key"),
    "WARNINGS_URL": ("warnings", "url"),
    "WARNINGS_PUBLISHER": ("warnings", "publisher"),
    "UNCTAD_URL": ("unctad", "base_url"),
    "UNCTAD_QUERY_URL": ("unctad", "query_url"),
    "UNCTAD_CLIENT_ID": ("unctad", "client_id"),
    "UNCTAD_CLIENT_SECRET": ("unctad", "client_secret"),
    "SMTP_HOST": ("smtp", "host"),
    "SMTP_PORT": ("smtp", "port"),
    "SMTP_USERNAME": ("smtp", "username"),
    "SMTP_PASSWORD": ("smtp", "password"),
    "SMTP_STARTTLS": ("smtp", "starttls"),
    "SMTP_SENDER": ("smtp", "sender"),
    "SUPPORT_EMAIL": ("support", "email"),
    "SUPPORT_PHONE": ("support", "phone"),
    "GATE_HOST": ("gate", "host"),
    "GATE_PORT": ("gate", "port"),
    "GATE_TOKEN": ("gate", "token"),
    "APPLE_KEY_PASSWORD": ("wallet", "apple_key_password"),
    "SANDBOX_HOST": ("sandbox", "host"),
    "SANDBOX_PORT": ("sandbox", "port"),
    "SANDBOX_SMTP_PORT": ("sandbox", "smtp_port"),
    "SANDBOX_URL": ("sandbox", "url"),
    "SANDBOX_AIS_REPLAY": ("sandbox", "ais_replay"),
    "SANDBOX_AIS_SPEED": ("sandbox", "ais_speed"),
}
_SECRET_KEYS = {("stripe", "secret_key"), ("stripe", "webhook_secrets"), ("aisstream", "api_key")}
_SECRET_KEYS |= {
    ("secrets", "key"),
    ("secrets", "previous_keys"),
    ("smtp", "password"),
    ("wallet", "apple_key_password"),
    ("gate", "token"),
    ("unctad", "client_secret"),
    ("aishub", "username"),
    ("weather", "openweather_key"),
}
_PREFIX = "MARITIME_"
_MOST_SHOWN: Final = 120
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def load(environ: Mapping[str, str] = os.environ, file: Path = DEFAULT_FILE) -> Settings:
    """Read the file, lay the environment over it, check every key and type.

    Raise SettingsError with the key and its line (or variable) when something is unknown, of the
    wrong type, or a secret written into the file.
    """
    text = file.read_text()
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file.name}: {error}") from error
    origin: dict[tuple[str, str], str] = {}
    _refuse_unknown(raw, text, file.name)
    _give_operators_their_keys(raw, environ, text, file.name)
    for variable, value in environ.items():
        place = _place(variable)
        if place and value != "":
            section, key = place
            raw.setdefault(section, {})[key] = _parse(section, key, value, variable)
            origin[place] = f"environment variable {variable}"
    return _convert(raw, text, file.name, origin)


def _give_operators_their_keys(
    raw: dict[str, Any], environ: Mapping[str, str], text: str, name: str
) -> None:
    """Take a remote operator's key from OPERATOR_KEY_<CODE>, never from the file."""
    for operator in raw.get("operators", ()):
        if operator.get("api_key"):
            line = _line(text, "operators", "api_key")
            raise SettingsError(
                f"{name}, line {line}: operators.api_key is a secret: set it in the environment"
            )
        operator["api_key"] = environ.get(f"OPERATOR_KEY_{operator.get('code', '')}", "")


def _place(variable: str) -> tuple[str, str] | None:
    if variable in _SHORT_NAMES:
        return _SHORT_NAMES[variable]
    if not variable.startswith(_PREFIX):
        return None
    section, _, key = variable.removeprefix(_PREFIX).lower().partition("_")
    if key not in _keys(section):
        raise SettingsError(f"environment variable {variable}: there is no setting {section}.{key}")
    return section, key


@cache
def _sections() -> dict[str, Any]:
    return get_type_hints(Settings)


@cache
def _keys(section: str) -> dict[str, Any]:
    kind = _sections().get(section)
    is_section = isinstance(kind, type) and issubclass(kind, Section)
    return get_type_hints(kind) if is_section else {}


def _parse(section: str, key: str, value: str, variable: str) -> Any:
    kind = _keys(section)[key]
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                value.lower()
            ]
        if kind is int or kind is float:
            return kind(value)
        if kind == tuple[str, ...] or key == "languages":
            return [part.strip() for part in value.split(",") if part.strip()]
        return msgspec.json.decode(value) if get_origin(kind) is tuple else value
    except (ValueError, KeyError, msgspec.DecodeError) as error:
        wanted = getattr(kind, "__name__", str(kind))
        raise SettingsError(
            f"environment variable {variable}: {_clipped(value)!r} is not a valid {wanted}"
        ) from error


def _refuse_unknown(raw: dict[str, Any], text: str, name: str) -> None:
    for section, values in raw.items():
        if section not in _sections() or section == "sandboxed":
            raise SettingsError(f"{name}, line {_line(text, section)}: unknown section [{section}]")
        if not isinstance(values, dict):
            continue
        for key, value in values.items():
            if key not in _keys(section):
                raise SettingsError(
                    f"{name}, line {_line(text, section, key)}: unknown setting {section}.{key}"
                )
            if (section, key) in _SECRET_KEYS and value:
                raise SettingsError(
                    f"{name}, line {_line(text, section, key)}: {section}.{key} is a secret: "
                    "set it in the environment instead"
                )


def _convert(
    raw: dict[str, Any], text: str, name: str, origin: dict[tuple[str, str], str]
) -> Settings:
    for section, kind in _sections().items():
        if not (isinstance(kind, type) and issubclass(kind, Section)):
            continue
        for key, key_kind in get_type_hints(kind, include_extras=True).items():
            if key not in raw.get(section, {}):
                raise SettingsError(f"{name}: setting {section}.{key} is missing")
            wrong = _what_is_wrong(raw[section][key], key_kind, is_key=section == "secrets")
            if wrong:
                where = origin.get((section, key)) or f"{name}, line {_line(text, section, key)}"
                raise SettingsError(f"{where}: {section}.{key}: {wrong}")
    _refuse_bare_password(raw["smtp"], origin)
    try:
        return msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{name}: {error}") from error


def _what_is_wrong(value: Any, kind: Any, *, is_key: bool) -> str:
    """Say why this cannot be the value, in few words and without a text of it; "" when it can."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        is_a_number = isinstance(value, int | float) and not isinstance(value, bool)
        advice = [
            meta.description for meta in getattr(kind, "__metadata__", ()) if meta.description
        ]
        return _clipped(str(error)) if is_a_number or not advice else advice[0]
    texts = value if isinstance(value, list) else [value]
    if not is_key and any(isinstance(text, str) and _CONTROL.search(text) for text in texts):
        return "it has a line end or another control character"
    return ""


def _clipped(text: str) -> str:
    """What was written, as far as one line of a message has room."""
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "..."


def _refuse_bare_password(smtp: dict[str, Any], origin: dict[tuple[str, str], str]) -> None:
    """A password for another machine travels encrypted or not at all."""
    is_encrypted = smtp["starttls"] or smtp["port"] == SMTP_OVER_TLS
    if smtp["password"] and not is_encrypted and smtp["host"] not in _THIS_MACHINE:
        where = origin.get(("smtp", "password"), "smtp.password")
        raise SettingsError(
            f"{where}: it would go to the mail server unencrypted: "
            f"set SMTP_STARTTLS=true, or SMTP_PORT={SMTP_OVER_TLS} for TLS from the first byte"
        )


def _line(text: str, section: str, key: str = "") -> int:
    """Return the line of a key (or section header); 0 when it has no line of its own."""
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped.startswith("["):
            inside = stripped.partition("]")[0].strip("[]").split(".")[0] == section
            if inside and not key:
                return number
        elif key and inside and stripped.split("=")[0].strip() == key:
            return number
    return 0


def replace(settings: Settings, **sections: dict[str, Any]) -> Settings:
    """Return a copy with some keys of some sections changed."""
    changed = {
        name: msgspec.structs.replace(getattr(settings, name), **values)
        for name, values in sections.items()
    }
    return msgspec.structs.replace(settings, **changed)
