"""A log that cannot be written: the disk is full, the collector behind the pipe has ended, or it
reads no more.

Nobody's work fails for it: a booking had no answer, and a role did not start.
"""

import contextlib
import json
import logging
import os
import re
import sys
import threading

import pytest

from maritime_app.cli import output
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.log_writer import LogWriter
from maritime_app.infra.telemetry.metrics import tally


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
        assert log.written(), "what was logged before meets what was there before"
        other = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(other, self._number)
        os.close(other)

    def lines(self):
        assert log.written()
        return [json.loads(line) for line in self.path.read_text().splitlines()]


class UnreadPipe:
    """Stands in for standard error: a pipe that is full, until it is read."""

    def __init__(self):
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        with contextlib.suppress(BlockingIOError):
            while os.write(self._writer, b"\n" * 4_096):
                pass
        os.set_blocking(self._writer, True)

    def fileno(self):
        return self._writer

    def isatty(self):
        return False

    def read(self):
        """Read until the writer has closed it; return what was written line by line."""
        text = ""
        while some := os.read(self._reader, 1 << 16):
            text += some.decode()
        return [line for line in text.splitlines() if line]

    def close(self):
        os.close(self._writer)


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

    assert [(line["event"], line.get("lines")) for line in device.lines()] == [
        ("before", None),
        ("log_lines_lost", 2),
        ("after", None),
        ("later", None),
    ]


def test_libraries_lines_are_lost_likewise(device):
    device.fill()
    logging.getLogger("some.library").warning("lost")
    device.make_room()
    logging.getLogger("some.library").warning("written")

    lost, written = device.lines()
    assert (lost["event"], lost["lines"], lost["level"]) == ("log_lines_lost", 1, "warning")
    assert written["event"] == "written"


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

    assert [line["event"] for line in device.lines()] == ["log_lines_lost", "written"]


@pytest.fixture
def pipe():
    unread = UnreadPipe()
    yield unread
    with contextlib.suppress(OSError):
        unread.close()


def test_nobody_waits_for_who_does_not_read(pipe):
    """What has room is kept in its order; where lines are missing, it says how many."""
    before = tally["log_lines_dropped"]
    writer = LogWriter(pipe, "{} lost\n".format, most_characters=60)
    for number in range(10):
        writer.write(f"this is line {number}\n")  # 15 characters
    assert not writer.written(within_seconds=0.01)

    lines = []
    reading = threading.Thread(target=lambda: lines.extend(pipe.read()))
    reading.start()
    assert writer.written(within_seconds=60)
    writer.write("the last one\n")
    writer.close(within_seconds=60)
    pipe.close()
    reading.join()

    number = kept = 0
    for line in lines:
        if line == f"this is line {number}":
            number, kept = number + 1, kept + 1
        elif line != "the last one":
            lost, _space, word = line.partition(" ")
            assert word == "lost"
            number += int(lost)
    assert (number, lines[-1]) == (10, "the last one")
    assert 4 <= kept <= 5, "one is in the writer's hand, four wait"
    assert tally["log_lines_dropped"] - before == 10 - kept


async def test_the_service_answers_and_counts(client, pipe, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", pipe)
        log.set_up("INFO", "json")
        for number in range(2_000):
            log.get("x").info("x" * 1_000, number=number)
        async with client.get("/readyz") as ready, client.get("/metrics") as figures:
            text = await figures.text()
        threading.Thread(target=pipe.read, daemon=True).start()
    log.set_up("ERROR")

    assert ready.status == 200
    dropped = re.search(r"^maritime_log_lines_dropped_total (\S+)$", text, re.MULTILINE)
    assert dropped
    assert float(dropped[1]) > 900, "a megabyte is kept"
