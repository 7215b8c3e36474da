"""settings.toml and the environment, read once into one frozen Settings; nobody else reads the environment."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_origin, get_type_hints

import msgspec

DEFAULT_FILE = Path(__file__).resolve().parent.parent / "settings.toml"


class SettingsError(Exception):
    """A setting is unknown or has the wrong type; the message names the key, and its line or variable."""


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Web(_Section, frozen=True):
    """Where pages are served, and in which languages."""

    host: str
    port: int
    public_url: str
    trust_proxy: bool
    languages: tuple[str, ...]


class Paths(_Section, frozen=True):
    """Where data lives."""

    var_dir: str


class DatabaseSettings(_Section, frozen=True):
    """PostgreSQL."""

    url: str
    connections: int


class RedisSettings(_Section, frozen=True):
    """Redis or Valkey."""

    url: str


class Secrets(_Section, frozen=True):
    """What signs links, tickets and forms."""

    key: str


class Log(_Section, frozen=True):
    """How much is logged, and how."""

    level: str
    format: str


class Search(_Section, frozen=True):
    """How long answers are kept, how long operators are waited for."""

    cache_seconds: int
    partial_cache_seconds: int
    local_entries: int
    operator_deadline_seconds: float


class Bookings(_Section, frozen=True):
    """Holds and their bounds."""

    hold_minutes: float
    max_passengers: int
    max_vehicles: int
    max_legs: int


class Limits(_Section, frozen=True):
    """Per caller: how many at once, and how many come back per minute."""

    sign_in: tuple[int, float]
    look_up: tuple[int, float]
    book: tuple[int, float]
    search: tuple[int, float]


class Jobs(_Section, frozen=True):
    """The workers."""

    sweep: bool
    sweep_seconds: float
    lease_grace_seconds: float
    max_running: int


class StripeSettings(_Section, frozen=True):
    """The payment provider."""

    api_base: str
    secret_key: str
    webhook_secrets: tuple[str, ...]
    timeout_seconds: float


class AisStream(_Section, frozen=True):
    """The ship feed."""

    url: str
    api_key: str
    boxes: tuple[tuple[tuple[float, float], tuple[float, float]], ...]


class Vessels(_Section, frozen=True):
    """Ship state, tracks and the live map."""

    tick_seconds: float
    batch_size: int
    batch_ms: int
    silent_after_seconds: float
    thin_metres: float
    keep_days: int
    max_sockets: int


class Unctad(_Section, frozen=True):
    """Official statistics."""

    base_url: str
    client_id: str
    client_secret: str
    timeout_seconds: float


class Smtp(_Section, frozen=True):
    """The mail server."""

    host: str
    port: int
    username: str
    password: str
    starttls: bool
    sender: str
    timeout_seconds: float


class RemoteOperator(_Section, frozen=True):
    """An operator that is asked through its own API (docs/operator-api.md)."""

    code: str
    name: str
    base_url: str
    api_key: str = ""
    deadline_seconds: float = 4.0


class Sandbox(_Section, frozen=True):
    """Where the sandbox listens."""

    host: str
    port: int
    smtp_port: int
    url: str
    seed: int
    ais_replay: str
    ais_speed: float


class Demo(_Section, frozen=True):
    """The fictional world."""

    enabled: bool


class Settings(_Section, frozen=True):
    """Everything a process was told. `sandboxed` names the outside services that the sandbox plays."""

    web: Web
    paths: Paths
    database: DatabaseSettings
    redis: RedisSettings
    secrets: Secrets
    log: Log
    search: Search
    bookings: Bookings
    limits: Limits
    jobs: Jobs
    stripe: StripeSettings
    aisstream: AisStream
    vessels: Vessels
    unctad: Unctad
    smtp: Smtp
    sandbox: Sandbox
    demo: Demo
    operators: tuple[RemoteOperator, ...] = ()
    sandboxed: tuple[str, ...] = ()

    @property
    def public_url(self) -> str:
        """Where people reach us, without a trailing slash."""
        return self.web.public_url.rstrip("/") or f"http://{self.web.host}:{self.web.port}"


# The usual names that hosting platforms and the outside services' own manuals use.
_SHORT_NAMES = {
    "HOST": ("web", "host"),
    "PORT": ("web", "port"),
    "PUBLIC_URL": ("web", "public_url"),
    "VAR_DIR": ("paths", "var_dir"),
    "DATABASE_URL": ("database", "url"),
    "REDIS_URL": ("redis", "url"),
    "SECRET_KEY": ("secrets", "key"),
    "STRIPE_API_BASE": ("stripe", "api_base"),
    "STRIPE_SECRET_KEY": ("stripe", "secret_key"),
    "STRIPE_WEBHOOK_SECRET": ("stripe", "webhook_secrets"),
    "AISSTREAM_URL": ("aisstream", "url"),
    "AISSTREAM_API_KEY": ("aisstream", "api_key"),
    "UNCTAD_URL": ("unctad", "base_url"),
    "UNCTAD_CLIENT_ID": ("unctad", "client_id"),
    "UNCTAD_CLIENT_SECRET": ("unctad", "client_secret"),
    "SMTP_HOST": ("smtp", "host"),
    "SMTP_PORT": ("smtp", "port"),
    "SMTP_USERNAME": ("smtp", "username"),
    "SMTP_PASSWORD": ("smtp", "password"),
    "SMTP_STARTTLS": ("smtp", "starttls"),
    "SMTP_SENDER": ("smtp", "sender"),
    "SANDBOX_HOST": ("sandbox", "host"),
    "SANDBOX_PORT": ("sandbox", "port"),
    "SANDBOX_SMTP_PORT": ("sandbox", "smtp_port"),
    "SANDBOX_URL": ("sandbox", "url"),
    "SANDBOX_AIS_REPLAY": ("sandbox", "ais_replay"),
    "SANDBOX_AIS_SPEED": ("sandbox", "ais_speed"),
}
_SECRET_KEYS = {("stripe", "secret_key"), ("stripe", "webhook_secrets"), ("aisstream", "api_key")}
_SECRET_KEYS |= {("secrets", "key"), ("smtp", "password"), ("unctad", "client_secret")}
_PREFIX = "MARITIME_"


def load(environ: Mapping[str, str] = os.environ, file: Path = DEFAULT_FILE) -> Settings:
    """Read the file, lay the environment over it, check every key and type.

    Raises SettingsError with the key and its line (or variable) when something is unknown,
    of the wrong type, or a secret written into the file.
    """
    text = file.read_text()
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file.name}: {error}") from error
    origin: dict[tuple[str, str], str] = {}
    _refuse_unknown(raw, text, file.name)
    for variable, value in environ.items():
        place = _place(variable)
        if place and value != "":
            section, key = place
            raw.setdefault(section, {})[key] = _parse(section, key, value, variable)
            origin[place] = f"environment variable {variable}"
    return _convert(raw, text, file.name, origin)


def _place(variable: str) -> tuple[str, str] | None:
    if variable in _SHORT_NAMES:
        return _SHORT_NAMES[variable]
    if not variable.startswith(_PREFIX):
        return None
    section, _, key = variable.removeprefix(_PREFIX).lower().partition("_")
    if key not in _keys(section):
        raise SettingsError(f"environment variable {variable}: there is no setting {section}.{key}")
    return section, key


def _sections() -> dict[str, Any]:
    return get_type_hints(Settings)


def _keys(section: str) -> dict[str, Any]:
    kind = _sections().get(section)
    is_section = isinstance(kind, type) and issubclass(kind, _Section)
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
        if kind == tuple[str, ...]:
            return [part.strip() for part in value.split(",") if part.strip()]
        return msgspec.json.decode(value) if get_origin(kind) is tuple else value
    except (ValueError, KeyError, msgspec.DecodeError) as error:
        wanted = getattr(kind, "__name__", str(kind))
        raise SettingsError(f"environment variable {variable}: {value!r} is not a valid {wanted}") from error


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


def _convert(raw: dict[str, Any], text: str, name: str, origin: dict[tuple[str, str], str]) -> Settings:
    for section, kind in _sections().items():
        if not (isinstance(kind, type) and issubclass(kind, _Section)):
            continue
        for key, key_kind in get_type_hints(kind).items():
            if key not in raw.get(section, {}):
                raise SettingsError(f"{name}: setting {section}.{key} is missing")
            try:
                msgspec.convert(raw[section][key], key_kind)
            except msgspec.ValidationError as error:
                where = origin.get((section, key)) or f"{name}, line {_line(text, section, key)}"
                raise SettingsError(f"{where}: {section}.{key}: {error}") from error
    try:
        return msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{name}: {error}") from error


def _line(text: str, section: str, key: str = "") -> int:
    """The line of a key (or section header); 0 when it stands in no line of its own."""
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
