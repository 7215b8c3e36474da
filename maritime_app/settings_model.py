"""The sections of settings.toml, each a frozen struct: every setting by name and type."""

from typing import Annotated, Literal

import msgspec

from maritime_app.settings_boarding import Boarding, Gate, Wallet
from maritime_app.settings_outside import (
    AisHub,
    AisStream,
    Cppi,
    PortWatch,
    Unctad,
    Vessels,
    WarningsList,
    Weather,
)
from maritime_app.settings_people import Privacy, Support
from maritime_app.settings_section import (
    AtLeastOne,
    Count,
    Minutes,
    Port,
    Seconds,
    Section,
)


class Web(Section, frozen=True):
    """Where pages are served, and in which languages."""

    host: str
    port: Port
    public_url: str
    trust_proxy: bool
    security_contact: str
    trusted_proxies: Annotated[int, msgspec.Meta(ge=1, le=16)]
    connections_per_address: Count
    head_seconds: Seconds
    body_seconds: Seconds
    idle_seconds: Seconds
    unread_seconds: Seconds
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    reload_templates: bool
    drain_seconds: Annotated[float, msgspec.Meta(ge=0, le=300)]
    finish_seconds: Annotated[float, msgspec.Meta(gt=0, le=300)]


class Start(Section, frozen=True):
    """What a process does that starts before its servers."""

    patience_seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)]


class Probes(Section, frozen=True):
    """Where a role that runs alone says how it is."""

    host: str
    port: Port


class Paths(Section, frozen=True):
    """Where data lives."""

    var_dir: str


class DatabaseSettings(Section, frozen=True):
    """PostgreSQL."""

    url: str
    connections: AtLeastOne
    statement_seconds: Seconds
    silent_seconds: Seconds
    idle_transaction_seconds: Seconds
    max_age_seconds: Seconds
    pooler: Literal["none", "prepared", "plain"]
    replica_url: str
    replica_lag_seconds: float


class RedisSettings(Section, frozen=True):
    """Redis or Valkey."""

    url: str
    prefix: str


class Secrets(Section, frozen=True):
    """What signs links, tickets and forms, and seals second factors.

    `previous_keys` sign nothing more; what they signed or sealed before is still recognised.
    """

    key: str
    previous_keys: tuple[str, ...]


class Staff(Section, frozen=True):
    """How staff sign in."""

    second_factor: Literal["optional", "required"]
    recent_minutes: Annotated[float, msgspec.Meta(ge=1)]


class Log(Section, frozen=True):
    """How much is logged, and how."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
    format: Literal["auto", "people", "json"]


class Tracing(Section, frozen=True):
    """Where spans are sent, and of how many traces."""

    endpoint: str
    share: Annotated[float, msgspec.Meta(ge=0, le=1)]


class Search(Section, frozen=True):
    """How long answers may be served, and how long operators are waited for."""

    cache_seconds: Count
    partial_cache_seconds: Count
    local_entries: int
    operator_deadline_seconds: Seconds
    change_minutes: int
    change_vehicle_minutes: int
    longest_change_hours: float
    first_seconds: float


class Timetables(Section, frozen=True):
    """Timetables of others."""

    max_loss_percent: float
    max_pull_mb: int


class Bookings(Section, frozen=True):
    """Holds and their bounds."""

    hold_minutes: Minutes
    offer_minutes: Minutes
    draft_minutes: float
    staff_change_hold_minutes: Minutes
    operator_silent_minutes: Minutes
    confirm_minutes: Minutes
    max_passengers: AtLeastOne
    max_vehicles: AtLeastOne
    max_legs: AtLeastOne
    unpaid_per_address: Count
    unpaid_per_contact: Count
    unpaid_per_sailing: Count
    unpaid_per_payment: Count
    unpaid_per_token: Count


class Sailings(Section, frozen=True):
    """How sailings are run; operators and routes may have their own close of sales."""

    sales_close_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_080)]
    choice_minutes: Annotated[int, msgspec.Meta(ge=1, le=1_440)]
    answer_hours: Annotated[float, msgspec.Meta(gt=0, le=720)]
    rebook_days: Annotated[int, msgspec.Meta(ge=1, le=60)]


class History(Section, frozen=True):
    """How long what has ended is kept: in the tables, then in the schema `archive`."""

    live_months: Annotated[int, msgspec.Meta(ge=1)]
    archived_months: Annotated[int, msgspec.Meta(ge=0)]


class Limits(Section, frozen=True):
    """Per caller: how many at once, and how many come back per minute."""

    sign_in: tuple[int, float]
    look_up: tuple[int, float]
    book: tuple[int, float]
    draft: tuple[int, float]
    search: tuple[int, float]
    person: tuple[int, float]
    reference: tuple[int, float]
    export: tuple[int, float]


class Jobs(Section, frozen=True):
    """The workers."""

    sweep: bool
    sweep_seconds: Seconds
    max_running: AtLeastOne
    long_pause_minutes: AtLeastOne


class StripeSettings(Section, frozen=True):
    """The payment provider."""

    api_base: str
    secret_key: str
    webhook_secrets: tuple[str, ...]
    timeout_seconds: Seconds


class Smtp(Section, frozen=True):
    """The mail server."""

    host: str
    port: Port
    username: str
    password: str
    starttls: bool
    sender: str
    timeout_seconds: Seconds


class Alerts(Section, frozen=True):
    """Who is told when a person must look at something."""

    mail: tuple[str, ...]
    webhook_url: str
    webhook_secret: str
    quiet_minutes: float


class RemoteOperator(Section, frozen=True):
    """An operator that is asked through its own API (docs/operator-api.md)."""

    code: str
    name: str
    base_url: str
    api_key: str = ""
    deadline_seconds: float = 4.0


class Sandbox(Section, frozen=True):
    """Where the sandbox listens."""

    host: str
    port: Port
    smtp_port: Port
    url: str
    seed: int
    ais_replay: str
    ais_speed: float


class Demo(Section, frozen=True):
    """The fictional world."""

    enabled: bool


class Settings(Section, frozen=True):
    """Every setting of a process; `sandboxed` names the outside services that the sandbox plays."""

    web: Web
    start: Start
    probes: Probes
    paths: Paths
    database: DatabaseSettings
    redis: RedisSettings
    secrets: Secrets
    staff: Staff
    log: Log
    tracing: Tracing
    search: Search
    timetables: Timetables
    bookings: Bookings
    sailings: Sailings
    boarding: Boarding
    gate: Gate
    wallet: Wallet
    support: Support
    privacy: Privacy
    history: History
    limits: Limits
    jobs: Jobs
    stripe: StripeSettings
    aisstream: AisStream
    aishub: AisHub
    weather: Weather
    vessels: Vessels
    warnings: WarningsList
    unctad: Unctad
    portwatch: PortWatch
    cppi: Cppi
    smtp: Smtp
    alerts: Alerts
    sandbox: Sandbox
    demo: Demo
    operators: tuple[RemoteOperator, ...] = ()
    sandboxed: tuple[str, ...] = ()

    @property
    def public_url(self) -> str:
        """Where people reach us, without a trailing slash."""
        return self.web.public_url.rstrip("/") or f"http://{self.web.host}:{self.web.port}"
