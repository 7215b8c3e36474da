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

/** Nothing is laid out here: say how wide an element would be. */
function sized(element, sizes) {
  for (const [name, value] of Object.entries(sizes)) {
    Object.defineProperty(element, name, { value });
  }
}
