// What a telephone keeps of a booking: what its page asked for, fresh while there is a network, gone when it is told so.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import vm from "node:vm";

const GONE = Symbol("404");
const ORIGIN = "https://fairway.example";
const BASE = "/bookings/7WN6N3E3";
const PAGE = BASE;
const TICKET = `${BASE}/ticket`;
const SOURCE = await readFile(new URL("../../static/bookings/worker.js", import.meta.url), "utf8");

/** A worker with caches and a network of its own; `network` maps paths to bodies, null is no network. */
async function start() {
  const handlers = {};
  const world = { network: {}, handlers, stored: new Map() };
  const caches = cachesOver(world.stored);
  const fetch = async (request) => {
    const url = new URL(request.url ?? request, ORIGIN);
    if (!world.network) throw new TypeError("no network");
    const body = world.network[url.pathname];
    const ok = body !== undefined && body !== GONE;
    const status = body === GONE ? 404 : ok ? 200 : 503;
    return { ok, status, redirected: false, body, clone: () => ({ ok: true, body }) };
  };
  const self = {
    addEventListener: (name, handler) => (handlers[name] = handler),
    skipWaiting() {},
    clients: { claim() {} },
  };
  vm.runInNewContext(SOURCE, { self, caches, fetch, URL, location: { origin: ORIGIN } });
  return world;
}

function cachesOver(stored) {
  const pathOf = (address, ignoreSearch) => {
    const url = new URL(address.url ?? address, ORIGIN);
    return ignoreSearch ? url.pathname : url.pathname + url.search;
  };
  const open = async (name) => {
    if (!stored.has(name)) stored.set(name, new Map());
    const entries = stored.get(name);
    return {
      put: async (request, answer) => entries.set(pathOf(request), answer),
      keys: async () => [...entries.keys()].map((address) => ({ url: ORIGIN + address })),
      delete: async ({ url }) => entries.delete(pathOf(url)),
      match: async (request, { ignoreSearch }) =>
        [...entries].find(
          ([address]) => pathOf(address, ignoreSearch) === pathOf(request, ignoreSearch),
        )?.[1],
    };
  };
  return { open, keys: async () => [...stored.keys()], delete: async (n) => stored.delete(n) };
}

async function tell(world, data) {
  let done;
  world.handlers.message({ data, waitUntil: (promise) => (done = promise) });
  await done;
}

async function ask(world, path, mode = "navigate") {
  let answer;
  const request = { method: "GET", url: ORIGIN + path, mode, headers: new Headers() };
  world.handlers.fetch({ request, respondWith: (promise) => (answer = promise) });
  return (await answer).body;
}

test("it works: without a network the pages are as they were seen last", async () => {
  const world = await start();
  world.network = { [BASE]: "page", [`${BASE}/ticket`]: "codes", "/static/a.css": "css" };
  await tell(world, { keep: [PAGE, TICKET, "/static/a.css"], base: BASE });
  world.network[BASE] = "page, later";
  assert.equal(await ask(world, PAGE), "page, later");

  world.network = null;
  assert.equal(await ask(world, `${BASE}?token=t&new=1`), "page, later");
  assert.equal(await ask(world, TICKET), "codes");
  assert.equal(await ask(world, "/static/a.css", "no-cors"), "css");
});

test("what no page asked for is not kept", async () => {
  const world = await start();
  world.network = { [BASE]: "page", "/bookings/find": "form" };
  await tell(world, { keep: [PAGE], base: BASE });
  assert.equal(await ask(world, "/bookings/find"), "form");

  world.network = null;
  await assert.rejects(ask(world, "/bookings/find"));
});

test("forgotten, nothing of the booking is left", async () => {
  const world = await start();
  world.network = { [BASE]: "page" };
  await tell(world, { keep: [PAGE], base: BASE });
  await tell(world, { forget: BASE });

  assert.ok(![...world.stored.keys()].some((name) => name.includes("7WN6N3E3")));
});

test("a page that is refused does not take the place of what is kept", async () => {
  const world = await start();
  world.network = { [BASE]: "page" };
  await tell(world, { keep: [PAGE], base: BASE });
  world.network = {};
  assert.equal(await ask(world, PAGE), undefined);

  world.network = null;
  assert.equal(await ask(world, PAGE), "page");
});

test("closed on this device from another one, nothing is kept any more", async () => {
  const world = await start();
  world.network = { [BASE]: "page" };
  await tell(world, { keep: [PAGE], base: BASE });
  world.network = { [BASE]: GONE };
  await ask(world, PAGE);

  world.network = null;
  await assert.rejects(ask(world, PAGE));
});

test("what was kept under an address with a token is kept under the clean one", async () => {
  const world = await start();
  const old = `${BASE}?token=secret`;
  world.stored.set(`booking-1:${BASE}`, new Map([[old, { body: "page of last week" }]]));
  assert.equal(await ((world.network = null), ask(world, PAGE)), "page of last week");

  world.network = { [BASE]: "page" };
  await tell(world, { keep: [PAGE], base: BASE });

  assert.deepEqual([...world.stored.get(`booking-1:${BASE}`).keys()], [BASE]);
});
