"""Modules that are slow to import are there before somebody needs them."""

import sys

from maritime_app.infra.processes.late_imports import import_late


async def test_it_works(tmp_path, monkeypatch):
    (tmp_path / "slow_to_import.py").write_text("READY = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    await import_late(("slow_to_import",))
    assert sys.modules.pop("slow_to_import").READY


async def test_one_that_is_not_installed_keeps_no_other_out(tmp_path, monkeypatch):
    (tmp_path / "slow_as_well.py").write_text("READY = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    await import_late(("nobody_has_installed_this", "slow_as_well"))
    assert sys.modules.pop("slow_as_well").READY
