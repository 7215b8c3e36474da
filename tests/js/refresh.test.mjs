// Parts of a page that are fetched again: while they are looked at, until they come back final.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";

import { open, run } from "./page.mjs";

const PART = `<section id="state" data-refresh="5"><b>held</b></section>`;

/** A page with a part to refresh, and a server that answers with these bodies in turn. */
async function watched(t, answers, hidden = false) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const document = open(PART);
  Object.defineProperty(document, "hidden", { value: hidden });
  const asked = t.mock.method(globalThis, "fetch", async () => {
    const body = answers[Math.min(asked.mock.callCount(), answers.length - 1)];
    if (body instanceof Error) throw body;
    return { ok: true, text: async () => `<!doctype html><html><body>${body}</body></html>` };
  });
  await run("web/refresh.js");
  const pass = async (seconds) => {
    t.mock.timers.tick(seconds * 1000);
    for (let turn = 0; turn < 5; turn++) await setImmediate();
  };
  return { document, asked, pass };
}

const text = (document) => document.getElementById("state").textContent;

test("it works", async (t) => {
  const { document, asked, pass } = await watched(t, [PART.replace("held", "paid")]);
  await pass(4);
  assert.equal(asked.mock.callCount(), 0);
  await pass(1);
  assert.equal(text(document), "paid");
  await pass(5);
  assert.equal(asked.mock.callCount(), 2);
});

test("a part without data-refresh is final", async (t) => {
  const { document, asked, pass } = await watched(t, [`<section id="state">confirmed</section>`]);
  await pass(5);
  assert.equal(text(document), "confirmed");
  await pass(60);
  assert.equal(asked.mock.callCount(), 1);
});

test("nobody looks: nothing is asked", async (t) => {
  const { asked, pass } = await watched(t, [PART], true);
  await pass(5);
  await pass(5);
  assert.equal(asked.mock.callCount(), 0);
});

test("offline for a moment: it stays, and is asked for again", async (t) => {
  const answers = [new TypeError("offline"), PART.replace("held", "paid")];
  const { document, pass } = await watched(t, answers);
  await pass(5);
  assert.equal(text(document), "held");
  await pass(5);
  assert.equal(text(document), "paid");
});

test("a part that has gone means another page", async (t) => {
  const { pass } = await watched(t, ["<p>signed out</p>"]);
  let reloads = 0;
  location.reload = () => reloads++;
  await pass(5);
  assert.equal(reloads, 1);
});

test("a part can say where to go next", async (t) => {
  const next = `<section id="state" data-then="/bookings/W7XN4QTR"></section>`;
  const { pass } = await watched(t, [next]);
  let gone = "";
  location.assign = (address) => (gone = address);
  await pass(5);
  assert.equal(gone, "/bookings/W7XN4QTR");
});
