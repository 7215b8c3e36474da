// The chosen theme holds over pages; without a choice the system's does.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { fire, open, run } from "./page.mjs";

const BUTTON = `<button class="theme" hidden>Dark</button>`;
let store;

beforeEach(() => {
  store = new Map();
  globalThis.localStorage = {
    getItem: (key) => store.get(key) ?? null,
    setItem: (key, value) => store.set(key, value),
  };
  globalThis.matchMedia = () => ({ matches: false });
});

/** Load the script in the head, then say that the page is there. */
async function themed() {
  const document = open(BUTTON);
  await run("web/theme.js");
  fire(document, "DOMContentLoaded");
  return { root: document.documentElement, button: document.querySelector("button") };
}

test("it works", async () => {
  const { root, button } = await themed();
  assert.equal(button.hidden, false);
  assert.equal(button.getAttribute("aria-pressed"), "false");
  fire(button, "click");
  assert.equal(root.dataset.theme, "dark");
  assert.equal(store.get("theme"), "dark");
  assert.equal(button.getAttribute("aria-pressed"), "true");
  fire(button, "click");
  assert.equal(store.get("theme"), "light");
});

test("a choice made before is there before the page is", async () => {
  store.set("theme", "dark");
  const document = open(BUTTON);
  await run("web/theme.js");
  assert.equal(document.documentElement.dataset.theme, "dark");
});

test("what is stored and no theme is not taken", async () => {
  store.set("theme", "<script>");
  const { root } = await themed();
  assert.equal(root.dataset.theme, undefined);
});

test("where nothing may be stored it lasts for the page", async () => {
  const refuse = () => {
    throw new Error("SecurityError");
  };
  globalThis.localStorage = { getItem: refuse, setItem: refuse };
  const { root, button } = await themed();
  fire(button, "click");
  assert.equal(root.dataset.theme, "dark");
});
