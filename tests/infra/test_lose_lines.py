"""A log that cannot be written: the disk is full, or the collector behind the pipe has ended.

Nobody's work fails for it: a booking had no answer, and a role did not start.
"""

import json
import logging
import os
import sys

import pytest

from maritime_app.cli import output
from maritime_app.infra.telemetry import log


class Device:
    """Stands in for standard error: a file that takes all, or nothing while it is full."""

    def __init__(self, path):
        self.path = path
        self._number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def fileno(self):
        return self._number

    def isatty(self):
        return False

    def fill(self):
        self._become("/dev/full")

    def make_room(self):
        self._become(self.path)

    def _become(self, path):
        other = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(other, self._number)
        os.close(other)

    def lines(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()]


@pytest.fixture
def device(tmp_path, monkeypatch):
    standing_in = Device(tmp_path / "log")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", standing_in)
        log.set_up("INFO", "json")
        yield standing_in
    log.set_up("ERROR")
    os.close(standing_in.fileno())


def test_it_works(device):
    logger = log.get("x")
    logger.info("before")
    device.fill()
    logger.error("lost")
    log.sparingly(logger, "lost_too", error="OSError")
    device.make_room()
    logger.info("after")
    logger.info("later")

    assert [(line["event"], line.get("lines_lost_before")) for line in device.lines()] == [
        ("before", None),
        ("after", 2),
        ("later", None),
    ]


def test_libraries_lines_are_lost_likewise(device):
    device.fill()
    logging.getLogger("some.library").warning("lost")
    device.make_room()
    logging.getLogger("some.library").warning("written")

    (line,) = device.lines()
    assert (line["event"], line["lines_lost_before"]) == ("written", 1)


def test_a_role_says_where_it_is_if_it_can(device, monkeypatch):
    monkeypatch.setattr(sys, "stdout", device)
    device.fill()
    output.announce("web is running on http://127.0.0.1:8080")
    output.say("run.py: there is no room")
    device.make_room()
    output.announce("web is running")

    assert device.path.read_text() == "web is running\n"


def test_a_collector_that_has_ended(device):
    reader, writer = os.pipe()
    os.close(reader)
    os.dup2(writer, device.fileno())
    os.close(writer)

    log.get("x").error("lost")
    device.make_room()
    log.get("x").info("written")

    assert [line["event"] for line in device.lines()] == ["written"]
