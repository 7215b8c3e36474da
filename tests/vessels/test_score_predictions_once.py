"""Everybody may ask how wrong predictions were; all of 90 days are counted once a minute for it."""

from maritime_app.vessels.predictions import score, store


async def test_it_works(resources, monkeypatch):
    asked = []
    counted = store.score

    async def counting(conn, since, sources):
        asked.append(sources)
        return await counted(conn, since, sources)

    monkeypatch.setattr(store, "score", counting)
    first = await score.score(resources)
    looked = len(asked)
    again = await score.score(resources)

    assert first.horizons == again.horizons
    assert first.since < first.as_of
    assert len(asked) == looked
