// A page without a browser: its document becomes the global one, then a module runs as a browser
// runs it, once per page.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// Packages are installed beside the pages' own files.
const packages = createRequire(new URL("../../static/", import.meta.url));
const { Window } = await import(pathToFileURL(packages.resolve("happy-dom")));
const GLOBALS = ["document", "DOMParser", "CustomEvent", "Event", "MutationObserver"];
let loads = 0;

/** Open a page with this body; the globals that our modules use are its own. */
export function open(body) {
  const page = new Window({ url: "https://fairway.example/" });
  page.document.body.innerHTML = body;
  for (const name of GLOBALS) globalThis[name] = page[name];
  globalThis.window = page;
  globalThis.location = { href: page.location.href, reload() {}, assign() {} };
  return page.document;
}

/** Run a module of static/ on the page that is open. */
export const run = (file) => import(`../../static/${file}?page=${++loads}`);

/** A click, a change, ... at an element. */
export const fire = (target, type) => target.dispatchEvent(new Event(type, { bubbles: true }));
