// Names on the chart: which, and in which language.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { ChartNames } from "../../static/vessels/chart_names.js";

const SEAS = JSON.parse(
  await readFile(new URL("../../static/vessels/seas.json", import.meta.url), "utf8"),
);
const flat = ([lon, lat]) => [lon * 10, lat * 10];

function named(zoom, { language = "en", ports = [], towns = [] } = {}) {
  const names = new ChartNames();
  names.setTowns(towns);
  names.setSeas(SEAS, language);
  names.setPorts(ports);
  return names.wished(zoom, 2_000, 2_000, flat).map(({ text }) => text);
}

const port = (name, coordinates) => ({ geometry: { coordinates }, properties: { name } });

test("it works", () => {
  assert.ok(named(6).includes("Aegean Sea"));
  assert.ok(named(6, { language: "el" }).includes("Αιγαίο Πέλαγος"));
});

test("far out only oceans are named, and no ports", () => {
  const found = named(1, { ports: [port("Piraeus", [23, 37])] });
  assert.ok(!found.includes("Aegean Sea"));
  assert.ok(!found.includes("Piraeus"));
});

test("ports have room before seas", () => {
  assert.equal(named(6, { ports: [port("Piraeus", [23, 37])] })[0], "Piraeus");
});

test("what is switched off names nothing", () => {
  const names = new ChartNames();
  names.setSeas(SEAS, "en");
  names.shown = false;
  assert.deepEqual(names.wished(6, 2_000, 2_000, flat), []);
});

test("each sea has a name in each language of the pages, and a place", () => {
  for (const { at, zoom, names } of SEAS) {
    assert.deepEqual(Object.keys(names).sort(), ["ar", "de", "el", "en", "fr", "it"]);
    assert.ok(Object.values(names).every((name) => name.trim().length > 2));
    assert.ok(Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 85 && zoom >= 1 && zoom <= 8);
  }
});

const AROUND_PIRAEUS = [
  [23.7, 38.0, 5, "Athens"],
  [23.6, 37.9, 7, "Piraeus"],
];

test("a town is named from its zoom on, after ports and before seas", () => {
  const far = named(6, { towns: AROUND_PIRAEUS });
  const ports = [port("Rafina", [24.0, 38.0])];
  const near = named(7, { towns: AROUND_PIRAEUS, ports });

  assert.ok(far.includes("Athens") && !far.includes("Piraeus"));
  assert.deepEqual(near.slice(0, 3), ["Rafina", "Athens", "Piraeus"]);
});

test("a town that is called like its port is named once", () => {
  const ports = [port("Piraeus", [23.6, 37.9])];
  const found = named(7, { towns: AROUND_PIRAEUS, ports });

  assert.equal(found.filter((name) => name === "Piraeus").length, 1);
});

test("every language's towns begin with those named from farthest out", async () => {
  for (const language of ["en", "de", "el", "fr", "it", "ar"]) {
    const file = new URL(`../../static/vessels/towns/${language}.json`, import.meta.url);
    const zooms = JSON.parse(await readFile(file, "utf8")).map(([, , zoom]) => zoom);
    assert.ok(zooms.length > 500, language);
    assert.deepEqual(
      zooms,
      zooms.toSorted((one, other) => one - other),
      language,
    );
  }
});
