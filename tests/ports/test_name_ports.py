"""What a port is called in the reader's script: by a source, never made up."""

import asyncio
from typing import Any

import pytest

from maritime_app.ferries.timetables.editions import service as editions
from maritime_app.ferries.timetables.editions.service import Wish
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.names.port_names import name_in_script
from maritime_app.ports.gazetteer import store
from maritime_app.ports.gazetteer.script_names import encoded_names
from maritime_app.ports.model import PORTS_TAG
from tests.ferries.feeds import feed

NAMES = ("Pireas", "Le Pirée", "Πειραιάς", "بيرايوس")
GREEK = {"Accept-Language": "el"}


@pytest.mark.parametrize(
    ("language", "name"),
    [("el", "Πειραιάς"), ("ar", "بيرايوس"), ("en", None), ("fr", None)],
)
def test_it_works(language: str, name: str | None) -> None:
    assert name_in_script(NAMES, language) == name


@pytest.mark.parametrize("name", ["Piraeus Πειραιάς", "123", "", "Ηράκλειо"])
def test_a_name_in_two_scripts_or_none_is_no_name(name: str) -> None:
    """The last one ends with a Cyrillic letter."""
    assert name_in_script([name], "el") is None


@pytest.mark.demo
async def test_greek_readers_see_greek_names(client: Any) -> None:
    async def read(address: str, language: str) -> str:
        async with client.get(address, headers={"Accept-Language": language}) as answer:
            assert answer.status == 200
            return str(await answer.text())

    assert "<h1>Πειραιάς</h1>" in await read("/ports/GRPIR", "el")
    assert "<h1>Piraeus</h1>" in await read("/ports/GRPIR", "en")
    assert "Ηράκλειο" in await read("/ports?country=GR", "el")
    assert "Πειραιάς" in await read("/ferries/departures?port=GRPIR", "el")
    found = await read("/ports?q=Πειραιάς", "en")  # in any script, whoever reads
    assert 'href="/ports/GRPIR"' in found


async def test_a_timetables_translation_is_a_name(
    client: Any, resources: Any, tmp_path: Any
) -> None:
    translations = "table_name,field_name,language,translation,record_id\n"
    changes = {"translations.txt": f"{translations}stops,stop_name,el,Άλφα,a\n"}
    await editions.import_file(resources, feed(tmp_path, changes), Wish("isle", days=7))

    async with client.get("/ferries/departures?port=isle:a", headers=GREEK) as answer:
        assert "Άλφα" in await answer.text()
    async with client.get("/ports/isle:a", headers=GREEK) as answer:
        assert "<h1>Άλφα</h1>" in await answer.text()


async def test_names_are_read_again_only_when_a_list_or_timetable_has_changed_them(
    resources: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    asked: list[Any] = []
    foreign_names = store.foreign_names

    async def counted(*arguments: Any) -> Any:
        asked.append(arguments)
        return await foreign_names(*arguments)

    async with resources.db.transaction() as conn:
        await drop_cached(conn, resources.cache, [PORTS_TAG])  # of tests before
    monkeypatch.setattr(store, "foreign_names", counted)
    before = await encoded_names(resources)
    async with asyncio.timeout(10):  # the process itself follows the names, and may be reading them
        while asked:
            asked.clear()
            assert await encoded_names(resources) == before

    translations = "table_name,field_name,language,translation,record_id\n"
    changes = {"translations.txt": f"{translations}stops,stop_name,el,Βήτα,a\n"}
    await editions.import_file(resources, feed(tmp_path, changes), Wish("islet", days=7))
    after = await encoded_names(resources)
    assert "Βήτα" not in before.decode()
    assert "Βήτα" in after.decode()
    assert asked
