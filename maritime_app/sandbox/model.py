"""What the sandbox is told, where it listens, and the faults that can be switched on."""

from pathlib import Path
from typing import Literal

import msgspec

DEFAULT_WEBHOOK_SECRET = "whsec_sandbox_0000000000000000"  # noqa: S105  # opens nothing but this sandbox
DEFAULT_OPERATOR_KEY = "sandbox-operator-key"
DEFAULT_UNCTAD_ID = "sandbox"
DEFAULT_UNCTAD_SECRET = "sandbox-unctad-secret"  # noqa: S105  # likewise


class _Faults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class StripeFaults(_Faults, frozen=True):
    """How the payment provider misbehaves. Rates are shares of requests, 0 to 1.

    `paid_twice`: whoever pays is charged by two intents for the same thing.
    """

    webhook_url: str = ""
    deliver: bool = True
    duplicates: int = 1
    paid_twice: bool = False
    delay_seconds: float = 0.0
    reorder: bool = False
    error_rate: float = 0.0
    rate_limit_rate: float = 0.0
    timeout_rate: float = 0.0
    timeout_seconds: float = 30.0
    latency_seconds: float = 0.0
    refunds: Literal["succeed", "pending", "fail_later"] = "succeed"
    refund_settles_seconds: float = 2.0


class OperatorFaults(_Faults, frozen=True):
    """How a remote operator behaves and misbehaves; offers take between the two latencies.

    `statement`: its statements leave the first booking out, have one more, or another price.
    """

    offer_latency_min_seconds: float = 0.5
    offer_latency_max_seconds: float = 2.0
    call_latency_seconds: float = 0.1
    slow_seconds: float = 0.0
    down: bool = False
    refuse_rate: float = 0.0
    timeout_rate: float = 0.0
    timeout_seconds: float = 30.0
    hold_minutes: float = 40.0
    presold_percent: int = 60
    statement: Literal["", "missing", "extra", "price"] = ""


class SmtpFaults(_Faults, frozen=True):
    """How the mail server misbehaves: refuses to talk, defers, or forgets to answer after taking a
    mail.
    """

    refuse: bool = False
    temporary_rate: float = 0.0
    drop_after_data_rate: float = 0.0


class AisFaults(_Faults, frozen=True):
    """How the ship feed misbehaves: see sandbox/ais."""

    fault: Literal["", "silence", "garbage", "disconnect", "flood"] = ""


class AisHubFaults(_Faults, frozen=True):
    """How the pulled ship feed misbehaves."""

    fault: Literal["", "too_frequent", "empty", "error", "garbage", "busy"] = ""


class WeatherFaults(_Faults, frozen=True):
    """How the weather services misbehave; `land`: every place is far from any sea cell."""

    fault: Literal["", "busy", "broken", "garbage", "land", "no_wind"] = ""


class WarningsFaults(_Faults, frozen=True):
    """How the publisher of warnings misbehaves; `cut`: most of its list is missing."""

    fault: Literal["", "busy", "broken", "garbage", "cut"] = ""


class UnctadFaults(_Faults, frozen=True):
    """How the query API of the statistics server misbehaves; its bulk files always answer."""

    query: Literal["", "refuse", "busy", "broken", "garbage", "silence"] = ""


class PortWatchFaults(_Faults, frozen=True):
    """How PortWatch misbehaves: see sandbox/portwatch/server."""

    fault: Literal["", "busy", "broken", "error", "throttled", "garbage", "renamed"] = ""


class CppiFaults(_Faults, frozen=True):
    """How the World Bank's file server misbehaves; `moved`: the edition has another address."""

    fault: Literal["", "busy", "broken", "moved", "garbage", "renamed"] = ""


class GtfsFaults(_Faults, frozen=True):
    """How the publisher of a timetable misbehaves: see sandbox/gtfs/server."""

    feed: Literal["", "broken", "slow", "empty", "damaged"] = ""
    realtime: Literal["", "broken", "slow", "empty", "garbage", "differential", "old"] = ""
    slow_seconds: float = 30.0


class Faults(_Faults, frozen=True):
    """Every switch of the sandbox; operators are named by their code."""

    stripe: StripeFaults = StripeFaults()
    operators: dict[str, OperatorFaults] = {}
    smtp: SmtpFaults = SmtpFaults()
    ais: AisFaults = AisFaults()
    aishub: AisHubFaults = AisHubFaults()
    weather: WeatherFaults = WeatherFaults()
    warnings: WarningsFaults = WarningsFaults()
    unctad: UnctadFaults = UnctadFaults()
    portwatch: PortWatchFaults = PortWatchFaults()
    cppi: CppiFaults = CppiFaults()
    gtfs: GtfsFaults = GtfsFaults()

    def operator(self, code: str) -> OperatorFaults:
        """The switches of one operator."""
        return self.operators.get(code, OperatorFaults())


class SandboxConfig(msgspec.Struct, frozen=True):
    """What a sandbox needs to know. Port 0 means any free one; without `var_dir` nothing is kept.

    `webhook_url` may hold several addresses separated by spaces: they are tried in turn.
    """

    host: str = "127.0.0.1"
    port: int = 0
    smtp_port: int = 0
    webhook_url: str = ""
    webhook_secret: str = DEFAULT_WEBHOOK_SECRET
    operator_key: str = DEFAULT_OPERATOR_KEY
    var_dir: Path | None = None
    ais_replay: Path | None = None
    ais_speed: float = 1.0
    seed: int = 7
    faults: Faults = Faults()


class SandboxAddresses(msgspec.Struct, frozen=True):
    """Where a running sandbox listens."""

    host: str
    port: int
    smtp_port: int

    @property
    def url(self) -> str:
        """The web address, without a trailing slash."""
        return f"http://{self.host}:{self.port}"

    @property
    def stripe_url(self) -> str:
        """The base address for the Stripe library: base_addresses={"api": ...}."""
        return f"{self.url}/stripe"

    @property
    def ais_url(self) -> str:
        """The ship feed's socket."""
        return f"ws://{self.host}:{self.port}/ais/v0/stream"

    @property
    def aishub_url(self) -> str:
        """The base address of the ship feed that is pulled."""
        return f"{self.url}/aishub"

    @property
    def weather_url(self) -> str:
        """The base address of the weather services."""
        return f"{self.url}/weather"

    @property
    def unctad_url(self) -> str:
        """The base address of the statistics server."""
        return f"{self.url}/unctad"

    @property
    def unctad_query_url(self) -> str:
        """The base address of its query API, which asks for keys."""
        return f"{self.unctad_url}/user"

    @property
    def warnings_url(self) -> str:
        """The address of the list of warnings to ships."""
        return f"{self.url}/warnings/list.geojson"

    @property
    def portwatch_url(self) -> str:
        """The base address of PortWatch's layers."""
        return f"{self.url}/portwatch"

    @property
    def cppi_url(self) -> str:
        """The address of the World Bank's annex."""
        return f"{self.url}/cppi/annex.xlsx"

    def operator_url(self, code: str) -> str:
        """The base address of one remote operator."""
        return f"{self.url}/operators/{code}"
