// The port that is chosen: marked in the list and on the map, with its place in the ranking.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { bestConnected, nameOf } from "../../static/ports/port_labels.js";
import { fire, open, run } from "./page.mjs";

const BODY = `<p id="directory-words"></p><table><tbody>
  <tr data-port="GRPIR"><td>Piraeus</td><td><a href="/ports/GRPIR">Piraeus</a></td></tr>
  <tr data-port="GRHER"><td>Heraklion</td></tr></tbody></table>`;
const TEXTS = {
  rank: "rank {n}",
  not_ranked: "no rank",
  open: "Open",
  in_ranking: "In the ranking",
};
const port = (code, name, rank = null, connectivity = null) => ({
  properties: { code, name, rank, connectivity },
});
const PORTS = [port("GRHER", "Heraklion"), port("GRPIR", "Piraeus", 60, 45.3)];
let document, chosen, marked, shown;

beforeEach(async () => {
  document = open(BODY);
  globalThis.history = {
    state: null,
    replaceState: (_state, _title, url) => (location.href = `${url}`),
  };
  const { ChosenPort } = await run("ports/chosen_port.js");
  chosen = new ChosenPort(PORTS, TEXTS, 50);
  chosen.onMark = (codes) => (marked = codes);
  chosen.onChoose = ({ properties }) => (shown = properties.code);
  marked = shown = null;
});

const row = (code) => document.querySelector(`[data-port=${code}]`);
const words = () => document.getElementById("directory-words");

test("it works: a click on the map marks the row, and says what it is", () => {
  chosen.choose("GRPIR");
  assert.equal(row("GRPIR").getAttribute("aria-current"), "true");
  assert.deepEqual([marked, shown], [["GRPIR"], "GRPIR"]);
  assert.equal(words().textContent, "Piraeus · GRPIR · rank 60 (45.3) · Open · In the ranking");
  assert.equal(words().lastChild.getAttribute("href"), "/ports/ranking?page=2#port-GRPIR");
  assert.match(location.href, /chosen=GRPIR/);
});

test("a click on a row marks the point; one on a link in it does not", () => {
  fire(row("GRPIR").querySelector("a"), "click");
  assert.equal(shown, null);
  fire(row("GRPIR").querySelector("td"), "click");
  assert.deepEqual([marked, shown], [["GRPIR"], "GRPIR"]);
});

test("only one is chosen", () => {
  chosen.choose("GRPIR");
  chosen.choose("GRHER");
  assert.equal(row("GRPIR").hasAttribute("aria-current"), false);
  assert.equal(words().textContent, "Heraklion · GRHER · no rank · Open");
});

test("what the pointer is at is marked beside it, and its words give way again", () => {
  chosen.choose("GRPIR");
  fire(row("GRHER"), "pointerenter");
  assert.deepEqual(marked, ["GRPIR", "GRHER"]);
  assert.equal(words().textContent, "Heraklion · GRHER · no rank");
  fire(row("GRHER"), "pointerleave");
  assert.deepEqual(marked, ["GRPIR"]);
  assert.match(words().textContent, /^Piraeus/);
});

test("the address chooses, without moving a view that it gives, too", () => {
  location.href += "?chosen=GRPIR";
  chosen.fromAddress({ isShown: true });
  assert.deepEqual([marked, shown], [["GRPIR"], null]);
  chosen.fromAddress({ isShown: false });
  assert.equal(shown, "GRPIR");
});

test("a port that is not there is not chosen", () => {
  location.href += "?chosen=ZZNIL";
  chosen.fromAddress({ isShown: false });
  chosen.choose("ZZNIL");
  assert.deepEqual([marked, shown], [null, null]);
});

test("names go to the best connected first, in the reader's script", () => {
  const volos = { properties: { ...port("GRVOL", "Volos").properties, local_name: "Βόλος" } };
  const sorted = bestConnected([...PORTS, volos]);
  assert.deepEqual(
    sorted.map(({ properties }) => nameOf(properties)),
    ["Piraeus", "Heraklion", "Βόλος"],
  );
});
