// Results that come while somebody looks at them, or presses a button of them.

import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { test } from "node:test";

import { fire, open, run } from "./page.mjs";

const PAGE = `<p data-arriving="/arriving"><b data-words>asking</b></p>
  <div id="results"><button name="out" value="own">ours</button></div>`;

/** The page, what the server says to it, and whether the results are being pressed. */
async function results() {
  const document = open(PAGE);
  const heard = {};
  globalThis.EventSource = class {
    addEventListener = (name, act) => (heard[name] = act);
    close() {}
  };
  const place = document.getElementById("results");
  const hand = { presses: false };
  const matches = place.matches.bind(place);
  place.matches = (selector) => (selector === ":active" ? hand.presses : matches(selector));
  await run("ferries/arriving.js");
  const say = (text) =>
    heard.results({ data: JSON.stringify({ html: `<b>${text}</b>`, words: text }) });
  return { document, place, hand, say };
}

test("what an operator answers is put in at once", async () => {
  const { document, place, say } = await results();

  say("two operators");

  assert.equal(place.textContent, "two operators");
  assert.equal(document.querySelector("[data-words]").textContent, "two operators");
});

test("a button that is pressed stays until it was clicked", async () => {
  const { document, place, hand, say } = await results();
  hand.presses = true;
  say("two operators");
  say("three operators");
  assert.equal(place.textContent, "ours");

  hand.presses = false;
  fire(document, "pointerup");
  assert.equal(place.textContent, "ours"); // the click comes now
  await setTimeout(5);
  assert.equal(place.textContent, "three operators");
});

test("one that is pressed anew is left alone again", async () => {
  const { document, place, hand, say } = await results();
  hand.presses = true;
  say("two operators");
  fire(document, "keyup");
  await setTimeout(5);
  assert.equal(place.textContent, "ours");

  hand.presses = false;
  fire(document, "pointercancel");
  await setTimeout(5);
  assert.equal(place.textContent, "two operators");
});
