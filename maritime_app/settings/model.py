"""The sections of settings.toml, each a frozen struct: every setting by name and type."""

from typing import Annotated, Literal

import msgspec

from maritime_app.settings.boarding import Boarding, Gate, Wallet
from maritime_app.settings.contacts import Alerts, Privacy, Smtp, Support
from maritime_app.settings.outside import (
    AisHub,
    AisStream,
    Cppi,
    PortWatch,
    Unctad,
    Vessels,
    WarningsList,
    Weather,
)
from maritime_app.settings.section import (
    AtLeastOne,
    Count,
    Minutes,
    Port,
    Seconds,
    Section,
    Url,
    WholeMinutes,
)

_PostgresUrl = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(postgres(ql)?://\S+)?$",
        description="write it as postgresql://user:password@host/database",
    ),
]
_Allowance = tuple[AtLeastOne, Annotated[float, msgspec.Meta(gt=0, le=1e9)]]


class Web(Section, frozen=True):
    """Where pages are served, and in which languages."""

    host: str
    port: Port
    public_url: Url
    trust_proxy: bool
    security_contact: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^((mailto:|https://)\S+)?$",
            description="write it as mailto:name@example.org or https://example.org",
        ),
    ]
    trusted_proxies: Annotated[int, msgspec.Meta(ge=1, le=16)]
    connections_per_address: Count
    head_seconds: Seconds
    body_seconds: Seconds
    idle_seconds: Seconds
    unread_seconds: Seconds
    languages: Annotated[
        tuple[Literal["en", "de", "el", "fr", "it", "ar"], ...], msgspec.Meta(min_length=1)
    ]
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

    url: _PostgresUrl
    connections: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    statement_seconds: Seconds
    silent_seconds: Seconds
    idle_transaction_seconds: Seconds
    max_age_seconds: Seconds
    pooler: Literal["none", "prepared", "plain"]
    replica_url: _PostgresUrl
    replica_lag_seconds: Seconds


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
    recent_minutes: Annotated[float, msgspec.Meta(ge=1, le=10_080)]


class Log(Section, frozen=True):
    """How much is logged, and how."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
    format: Literal["auto", "people", "json"]


class Tracing(Section, frozen=True):
    """Where spans are sent, and of how many traces."""

    endpoint: Url
    share: Annotated[float, msgspec.Meta(ge=0, le=1)]


class Search(Section, frozen=True):
    """How long answers may be served, and how long operators are waited for."""

    cache_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)]
    partial_cache_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)]
    local_entries: Count
    operator_deadline_seconds: Seconds
    change_minutes: WholeMinutes
    change_vehicle_minutes: WholeMinutes
    longest_change_hours: Annotated[float, msgspec.Meta(ge=0, le=168)]
    first_seconds: Annotated[float, msgspec.Meta(ge=0, le=60)]


class Timetables(Section, frozen=True):
    """Timetables of others."""

    max_loss_percent: Annotated[float, msgspec.Meta(ge=0, le=100)]
    max_pull_mb: AtLeastOne


class Bookings(Section, frozen=True):
    """Holds and their bounds."""

    hold_minutes: Minutes
    offer_minutes: Minutes
    draft_minutes: Minutes
    staff_change_hold_minutes: Minutes
    operator_silent_minutes: Minutes
    confirm_minutes: Minutes
    max_passengers: Annotated[int, msgspec.Meta(ge=1, le=500)]
    max_vehicles: Annotated[int, msgspec.Meta(ge=1, le=500)]
    max_legs: Annotated[int, msgspec.Meta(ge=1, le=50)]
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

    live_months: Annotated[int, msgspec.Meta(ge=1, le=1_200)]
    archived_months: Annotated[int, msgspec.Meta(ge=0, le=1_200)]


class Limits(Section, frozen=True):
    """Per caller: how many at once, and how many come back per minute."""

    sign_in: _Allowance
    look_up: _Allowance
    book: _Allowance
    draft: _Allowance
    search: _Allowance
    person: _Allowance
    reference: _Allowance
    promo_code: _Allowance
    export: _Allowance


class Jobs(Section, frozen=True):
    """The workers."""

    sweep: bool
    sweep_seconds: Seconds
    max_running: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    long_pause_minutes: AtLeastOne


class StripeSettings(Section, frozen=True):
    """The payment provider."""

    api_base: Url
    secret_key: str
    webhook_secrets: tuple[str, ...]
    timeout_seconds: Seconds
    waited_seconds: Seconds


class RemoteOperator(Section, frozen=True):
    """An operator that is asked through its own API (docs/operator-api.md)."""

    code: str
    name: str
    base_url: Url
    api_key: str = ""
    deadline_seconds: Seconds = 4.0


class Sandbox(Section, frozen=True):
    """Where the sandbox listens."""

    host: str
    port: Port
    smtp_port: Port
    url: Url
    seed: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
    ais_replay: str
    ais_speed: Annotated[float, msgspec.Meta(gt=0, le=1_000)]


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
