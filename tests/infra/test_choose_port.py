"""Ports for servers of a run: free, and given to one."""

import os
import socket
import subprocess
import sys
from collections import deque
from typing import Any

import pytest

from maritime_app.infra.embedded import free_port as ports
from maritime_app.infra.embedded.free_port import free_port

A_FEW = range(12_000, 12_040)
DRAW = """
from maritime_app.infra.embedded import free_port as ports
ports._QUIET, ports._TRIES = range(12_000, 12_040), 40
print(*(ports.free_port() for _ in range(10)), flush=True)
input()
"""


@pytest.fixture
def nothing_kept(monkeypatch):
    """What others of this process keep stays kept."""
    monkeypatch.setattr(ports, "_QUIET", A_FEW)
    monkeypatch.setattr(ports, "_TRIES", len(A_FEW))
    kept: deque[tuple[float, int]] = deque()
    monkeypatch.setattr(ports, "_kept", kept)
    yield
    for _until, sign in kept:
        os.close(sign)


def test_it_works():
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_port()))
        server.listen()
        taken = server.getsockname()[1]

        assert free_port(wanted=taken) != taken


def test_the_wanted_one_is_given_to_whoever_names_it():
    """As a child does whose parent has chosen a port for it."""
    chosen = free_port()

    assert free_port(wanted=chosen) == chosen


def test_no_two_processes_are_given_the_same(nothing_kept):
    command = [sys.executable, "-c", DRAW]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as one, subprocess.Popen(command, **pipes) as other:
        assert one.stdout
        assert other.stdout
        theirs = [*one.stdout.readline().split(), *other.stdout.readline().split()]
        mine = [str(free_port()) for _ in range(10)]
        one.communicate("\n")
        other.communicate("\n")

    drawn = [*theirs, *mine]
    assert len(drawn) == len(set(drawn)) == 30


def test_one_that_nobody_took_is_given_again_after_a_while(nothing_kept, monkeypatch):
    monkeypatch.setattr(ports, "_KEPT_SECONDS", -1.0)
    drawn = {free_port() for _ in range(len(A_FEW) + 5)}

    assert drawn <= set(A_FEW)


def test_more_than_there_are_come_from_elsewhere(nothing_kept):
    drawn = [free_port() for _ in range(len(A_FEW) + 5)]

    assert len(set(drawn)) == len(drawn)
