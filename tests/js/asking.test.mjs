// Asking until there is an answer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { untilAnswered } from "../../static/vessels/asking.js";

/** Answers one after the other: an error is thrown, a number is a status, else it is the JSON. */
function network(...answers) {
  const asked = [];
  globalThis.fetch = async (url, { headers }) => {
    asked.push({ url, headers });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    const isStatus = typeof answer === "number";
    return { ok: !isStatus, json: async () => answer };
  };
  return asked;
}

test("it works", async () => {
  const asked = network({ lines: 3 });
  const headers = { "Accept-Language": "el" };

  assert.deepEqual(await untilAnswered("/lines", headers), { lines: 3 });
  assert.deepEqual(asked, [{ url: "/lines", headers }]);
});

test("who finds no network asks again, ever more seldom", async () => {
  const asked = network(new TypeError("offline"), 503, 429, 503, new TypeError("offline"), []);
  const pauses = [];

  assert.deepEqual(await untilAnswered("/lines", {}, async (ms) => pauses.push(ms)), []);
  assert.equal(asked.length, 6);
  assert.deepEqual(pauses, [2_000, 5_000, 15_000, 60_000, 60_000]);
});

test("what comes online again is asked at once", async () => {
  network(new TypeError("offline"), { lines: 1 });
  const heard = new EventTarget();
  globalThis.addEventListener = heard.addEventListener.bind(heard);
  globalThis.removeEventListener = heard.removeEventListener.bind(heard);

  const answered = untilAnswered("/lines");
  await new Promise((resolve) => setTimeout(resolve, 20));
  heard.dispatchEvent(new Event("online"));

  assert.deepEqual(await answered, { lines: 1 });
});
