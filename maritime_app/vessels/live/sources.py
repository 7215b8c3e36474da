"""Which sources of positions a process is configured for."""

from typing import NamedTuple

from maritime_app.settings.model import Settings
from maritime_app.vessels.model import Source


class ConfiguredSource(NamedTuple):
    """A source by the name that pages and metrics show; `source` says whether it is invented."""

    name: str
    source: Source


def configured(settings: Settings) -> list[ConfiguredSource]:
    """Return the sources that are switched on, the most trusted first.

    What the sandbox plays is Source.SANDBOX, whatever service it plays.
    """
    played = "aisstream" in settings.sandboxed
    found = []
    # Without a key it is followed only where nothing else is: then its state says what is missing.
    if settings.aisstream.api_key or not _others(settings):
        found.append(ConfiguredSource("aisstream", Source.SANDBOX if played else Source.AISSTREAM))
    if settings.vessels.mirror_url:
        found.append(ConfiguredSource("mirror", Source.MIRROR))
    if settings.vessels.nmea_tcp or settings.vessels.nmea_udp:
        found.append(ConfiguredSource("nmea", Source.NMEA))
    if settings.aishub.username:
        played = "aishub" in settings.sandboxed
        found.append(ConfiguredSource("aishub", Source.SANDBOX if played else Source.AISHUB))
    if settings.vessels.recording:
        found.append(ConfiguredSource("recording", Source.RECORDED))
    return sorted(found, key=lambda one: one.source)


def expects_ships(settings: Settings) -> bool:
    """Return whether positions should go on coming: a recording ends, and without a key no feed."""
    return bool(settings.aisstream.api_key) or _receives(settings)


def _others(settings: Settings) -> bool:
    return _receives(settings) or bool(settings.vessels.recording)


def _receives(settings: Settings) -> bool:
    vessels = settings.vessels
    return bool(
        settings.aishub.username or vessels.mirror_url or vessels.nmea_tcp or vessels.nmea_udp
    )


def active(settings: Settings) -> tuple[Source, ...]:
    """Return whose records may be shown: those of the configured sources, and simulated ones."""
    return tuple(sorted({one.source for one in configured(settings)} | {Source.SIMULATED}))
