// Parts of a page: shown once it is there, hidden without any.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";

import { open, run } from "./page.mjs";

const PLACE = `<section data-part="/weather?lat=38&lng=23" hidden><div data-part-here></div></section>`;

async function shown(t, statuses) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const document = open(PLACE);
  const fetched = t.mock.method(globalThis, "fetch", async () => {
    const status = statuses[Math.min(fetched.mock.callCount(), statuses.length - 1)];
    if (status instanceof Error) throw status;
    return { status, text: async () => "<dl>calm</dl>" };
  });
  await run("web/parts.js");
  for (let turn = 0; turn < 6; turn++) {
    for (let wait = 0; wait < 5; wait++) await setImmediate();
    t.mock.timers.tick(5000);
  }
  return { section: document.querySelector("section"), fetched };
}

test("it works", async (t) => {
  const { section, fetched } = await shown(t, [200]);
  assert.equal(section.hidden, false);
  assert.equal(section.textContent, "calm");
  assert.equal(fetched.mock.callCount(), 1);
});

test("it comes back for what is being pulled", async (t) => {
  const { section } = await shown(t, [202, 202, 200]);
  assert.equal(section.hidden, false);
});

test("it does not ask for ever", async (t) => {
  const { section, fetched } = await shown(t, [202]);
  assert.equal(section.hidden, true);
  assert.equal(fetched.mock.callCount(), 4);
});

test("without the network the page stays as it is", async (t) => {
  const { section } = await shown(t, [new Error("offline")]);
  assert.equal(section.hidden, true);
});
