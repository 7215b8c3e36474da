// The map's search: ships and ports stand side by side.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";

import { fire, open } from "./page.mjs";
import { bindSearch } from "../../static/vessels/search.js";

const PAGE = `<form id="search"><input name="q"></form><ul id="found"></ul>`;
const TEXTS = {
  nothing: "Nothing found.",
  unnamed: "Unnamed ship",
  found: { port: "Port", page: "Page of the port" },
};
const SHIP = { mmsi: 241087000, name: "PIRAEUS STAR" };
const PORT = {
  geometry: { type: "Point", coordinates: [23.62, 37.94] },
  properties: { code: "GRPIR", name: "Piraeus", country: "GR" },
};

/** What the page shows for a text: `ships` and `ports` are the answers, null for a refused one. */
async function searched(t, { ships = [], ports = [], text = "pir" }) {
  const document = open(PAGE);
  const went = [];
  const fetched = t.mock.method(globalThis, "fetch", async (address) => {
    const body = address.startsWith("/api/v1/ports.geojson") ? ports && { features: ports } : ships;
    return { ok: body !== null, json: async () => body };
  });
  const [form, results] = [document.querySelector("form"), document.querySelector("ul")];
  form.q = form.querySelector("input");
  form.q.value = text;
  const to = { toShip: (mmsi) => went.push(mmsi), toPort: (place) => went.push(place) };
  bindSearch(form, results, TEXTS, to);
  fire(form, "submit");
  for (let wait = 0; wait < 5; wait++) await setImmediate();
  const lines = () => [...results.querySelectorAll("li")].map((line) => line.textContent);
  return { results, lines, went, fetched };
}

test("it works: ports first, marked as such, then ships", async (t) => {
  const { lines, results } = await searched(t, { ships: [SHIP], ports: [PORT] });
  assert.deepEqual(lines(), ["Piraeus · Port · GRPage of the port", "PIRAEUS STAR · 241087000"]);
  assert.equal(results.querySelector("a").getAttribute("href"), "/ports/GRPIR");
});

test("what is chosen is gone to, and the list closes", async (t) => {
  const { results, lines, went } = await searched(t, { ships: [SHIP], ports: [PORT] });
  const [port, ship] = results.querySelectorAll("button");
  port.click();
  ship.click();
  assert.deepEqual(went, [[23.62, 37.94], 241087000]);
  assert.deepEqual(lines(), []);
});

test("a port has its name in the reader's script", async (t) => {
  const local = { ...PORT, properties: { ...PORT.properties, local_name: "Πειραιάς" } };
  const { lines } = await searched(t, { ports: [local] });
  assert.match(lines()[0], /^Πειραιάς · Port/);
});

test("one that is refused does not hide the other", async (t) => {
  assert.equal((await searched(t, { ships: null, ports: [PORT] })).lines().length, 1);
});

test("nothing is said to be found of neither", async (t) => {
  assert.deepEqual((await searched(t, {})).lines(), ["Nothing found."]);
});

test("one letter asks nobody", async (t) => {
  const { fetched, lines } = await searched(t, { text: "p" });
  assert.equal(fetched.mock.callCount(), 0);
  assert.deepEqual(lines(), []);
});
