"""Settings that point to the sandbox for whatever has no key or address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from maritime_app.infra.embedded import CannotStart
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.sandbox.model import (
    DEFAULT_OPERATOR_KEY,
    DEFAULT_UNCTAD_ID,
    DEFAULT_UNCTAD_SECRET,
    DEFAULT_WEBHOOK_SECRET,
    SandboxAddresses,
    SandboxConfig,
)
from maritime_app.settings.file import replace
from maritime_app.settings.model import RemoteOperator, Settings

WEBHOOK_PATH = "/api/v1/webhooks/stripe"
REMOTE_OPERATORS = {"NDL": "Nordlicht Line", "THA": "Thalassa Ferries"}


@asynccontextmanager
async def with_sandbox(settings: Settings) -> AsyncIterator[Settings]:
    """Play whatever has no key or address, and yield settings that point there."""
    if not missing_services(settings):
        yield settings
        return
    if settings.sandbox.url:
        yield beside_sandbox(settings)
        return
    from maritime_app.sandbox.app import serving_sandbox  # who has all keys plays nothing

    host = settings.sandbox.host
    ports = {"port": free_port(host, settings.sandbox.port)}
    ports["smtp_port"] = free_port(host, settings.sandbox.smtp_port)
    note = _note(settings)
    async with serving_sandbox(sandbox_config(replace(settings, sandbox=ports))) as addresses:
        note.write_bytes(msgspec.json.encode(addresses))
        try:
            yield use_sandbox(settings, addresses)
        finally:
            note.unlink(missing_ok=True)


def beside_sandbox(settings: Settings) -> Settings:
    """Return settings that point to a sandbox which runs elsewhere: at SANDBOX_URL, or in the
    running copy on this var_dir.
    """
    note = _note(settings)
    if not missing_services(settings):
        return settings
    if settings.sandbox.url:
        host, _, port = settings.sandbox.url.rpartition("//")[2].rstrip("/").partition(":")
        at = SandboxAddresses(host, int(port or 80), settings.sandbox.smtp_port)
        return use_sandbox(settings, at)
    if note.exists():
        return use_sandbox(settings, msgspec.json.decode(note.read_bytes(), type=SandboxAddresses))
    return settings


def missing_services(settings: Settings) -> list[str]:
    """Return the outside services that have neither key nor address."""
    given = {
        "stripe": settings.stripe.secret_key,
        # Invented ships never sail beside real ones: both feeds are played, or none.
        "aisstream": _ships_given(settings),
        "aishub": _ships_given(settings),
        # The weather is played where the ships are: Open-Meteo itself needs no key.
        "weather": (
            settings.weather.marine_url
            or settings.weather.openweather_key
            or _ships_given(settings)
        ),
        # So are warnings: invented ones would stand among real ships.
        "warnings": settings.warnings.url or _ships_given(settings),
        # Neither PortWatch nor the World Bank asks for a key: they are played where UNCTAD is, so
        # that invented figures never stand beside real ones.
        "portwatch": settings.portwatch.base_url or _statistics_given(settings),
        "cppi": settings.cppi.url or _statistics_given(settings),
        "unctad": _statistics_given(settings),
        "smtp": settings.smtp.host,
        "operators": settings.operators or not settings.demo.enabled,
    }
    return [name for name, value in given.items() if not value]


def _statistics_given(settings: Settings) -> bool:
    """Whether real official figures are pulled."""
    return bool(settings.unctad.base_url or settings.unctad.keyed)


def _ships_given(settings: Settings) -> bool:
    """Whether any source of real ships is given."""
    vessels = settings.vessels
    return bool(
        settings.aisstream.api_key
        or settings.aishub.username
        or vessels.mirror_url
        or vessels.nmea_tcp
        or vessels.nmea_udp
        or vessels.recording
    )


def use_sandbox(settings: Settings, at: SandboxAddresses) -> Settings:
    """Return settings in which the sandbox plays what is missing."""
    missing = missing_services(settings)
    played = _played(at)
    given = {name: played[name] for name in missing if name in played}
    settings = replace(settings, **given, sandbox={"url": at.url, "smtp_port": at.smtp_port})
    if "operators" in missing:
        remote = tuple(
            RemoteOperator(code, name, at.operator_url(code), DEFAULT_OPERATOR_KEY)
            for code, name in REMOTE_OPERATORS.items()
        )
        settings = msgspec.structs.replace(settings, operators=remote)
    return msgspec.structs.replace(settings, sandboxed=tuple(missing))


def _played(at: SandboxAddresses) -> dict[str, dict[str, Any]]:
    """The keys and addresses of each service that the sandbox plays, by section."""
    return {
        "stripe": {
            "api_base": at.stripe_url,
            "secret_key": "sk_test_sandbox",
            "webhook_secrets": (DEFAULT_WEBHOOK_SECRET,),
        },
        "aisstream": {"url": at.ais_url, "api_key": "sandbox"},
        "aishub": {"base_url": at.aishub_url, "username": "sandbox"},
        "weather": {"marine_url": at.weather_url, "wind_url": at.weather_url},
        "warnings": {"url": at.warnings_url},
        "unctad": {
            "base_url": at.unctad_url,
            "query_url": at.unctad_query_url,
            "client_id": DEFAULT_UNCTAD_ID,
            "client_secret": DEFAULT_UNCTAD_SECRET,
            "pause_seconds": 0.1,  # our own house: nobody there is hurried
        },
        "portwatch": {"base_url": at.portwatch_url, "pause_seconds": 0.1},
        "cppi": {"url": at.cppi_url},
        "smtp": {"host": at.host, "port": at.smtp_port},
    }


def sandbox_config(settings: Settings) -> SandboxConfig:
    """Return the sandbox as these settings want it; raise CannotStart for a missing recording."""
    replay = settings.sandbox.ais_replay
    return SandboxConfig(
        host=settings.sandbox.host,
        port=settings.sandbox.port,
        smtp_port=settings.sandbox.smtp_port,
        webhook_url=settings.public_url + WEBHOOK_PATH,
        var_dir=Path(settings.paths.var_dir) / "sandbox",
        seed=settings.sandbox.seed,
        ais_replay=existing(Path(replay)) if replay else None,
        ais_speed=settings.sandbox.ais_speed,
    )


def _note(settings: Settings) -> Path:
    """Where a running copy says where its sandbox listens."""
    return Path(settings.paths.var_dir) / "sandbox.json"


def existing(file: Path | None) -> Path | None:
    """Return the file; raise CannotStart if one is named and is not there."""
    if file is not None and not file.is_file():
        raise CannotStart(f"there is no file {file}")
    return file
