// A table that scrolls can be reached by keyboard; one that fits is no stop on the way.

import assert from "node:assert/strict";
import { test } from "node:test";

import { open, run } from "./page.mjs";

const PAGE = `<main id="main"><div class="table-wrap"></div><div class="days"></div></main>`;

test("it works", async () => {
  const document = open(PAGE);
  globalThis.addEventListener = () => {};
  const watched = [];
  globalThis.ResizeObserver = class {
    observe = (element) => watched.push(element);
  };
  const [wide, fitting] = document.querySelectorAll("div");
  sized(wide, { scrollWidth: 900, clientWidth: 360 });
  sized(fitting, { scrollWidth: 361, clientWidth: 360 });
  fitting.setAttribute("tabindex", "0");
  await run("web/tables.js");
  assert.equal(wide.tabIndex, 0);
  assert.equal(fitting.hasAttribute("tabindex"), false);
  // Letters that arrive late change a size, and neither the window nor an element.
  assert.deepEqual(watched, [wide, fitting]);
});

test("a table that comes later is watched, too", async () => {
  const document = open(PAGE);
  const { watched, changed, nextFrame } = observed();
  await run("web/tables.js");
  const later = document.createElement("div");
  later.className = "table-wrap";
  sized(later, { scrollWidth: 900, clientWidth: 360 });
  document.querySelector("main").append(later);
  changed();
  nextFrame();
  assert.equal(later.tabIndex, 0);
  assert.ok(watched.includes(later));
});

/** What the page watches; what tells it that something was put in, and that a frame has passed. */
function observed() {
  const watched = [];
  const told = [];
  const frames = [];
  globalThis.addEventListener = () => {};
  globalThis.cancelAnimationFrame = () => {};
  globalThis.requestAnimationFrame = (draw) => frames.push(draw);
  globalThis.ResizeObserver = class {
    observe = (element) => watched.push(element);
  };
  globalThis.MutationObserver = class {
    constructor(changed) {
      told.push(changed);
    }
    observe() {}
  };
  const nextFrame = () => frames.splice(0).forEach((draw) => draw());
  return { watched, changed: () => told.forEach((one) => one()), nextFrame };
}

/** Nothing is laid out here: say how wide an element would be. */
function sized(element, sizes) {
  for (const [name, value] of Object.entries(sizes)) {
    Object.defineProperty(element, name, { value });
  }
}
