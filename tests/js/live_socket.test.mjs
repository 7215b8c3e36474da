// The socket of the live map: what it does with a server of another version of the protocol.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { tickFrame } from "./frames.mjs";
import { open } from "./page.mjs";

const URL = "wss://fairway.example/vessels/live?protocol=4";
const OTHER_VERSION = 4426;
const { LiveSocket } = await import("../../static/vessels/live_socket.js");
let sockets;
let heard;
let reloads;

class Socket {
  static OPEN = 1;
  static CONNECTING = 0;

  constructor(url) {
    [this.url, this.readyState] = [url, Socket.OPEN];
    sockets.push(this);
  }

  send() {}
  close() {}
}

beforeEach((t) => {
  const document = open("");
  globalThis.addEventListener = window.addEventListener.bind(window);
  [sockets, heard, reloads] = [[], { frames: [], links: [] }, 0];
  globalThis.WebSocket = Socket;
  globalThis.sessionStorage = window.sessionStorage;
  sessionStorage.clear();
  location.reload = () => reloads++;
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_787_227_200_000 });
  Object.defineProperty(document, "hidden", { value: false });
  new LiveSocket(
    URL,
    (frame) => heard.frames.push(frame.kind),
    (link) => heard.links.push(link),
  );
});

test("it works", () => {
  sockets[0].onmessage({ data: tickFrame({}) });
  assert.deepEqual(heard, { frames: ["tick"], links: [true] });
});

test("what another version sends is not heard: the link is lost, and asked for again", (t) => {
  const later = tickFrame({});
  new DataView(later).setUint8(1, 5);
  sockets[0].onmessage({ data: later });
  assert.deepEqual(heard, { frames: [], links: [false] });
  t.mock.timers.tick(1_000);
  assert.equal(sockets.length, 2);
});

test("closed for its version the page is loaded again, once a minute", (t) => {
  const closedAfter = (ms) => {
    t.mock.timers.tick(ms);
    sockets.at(-1).onclose({ code: OTHER_VERSION });
    return reloads;
  };
  assert.deepEqual([0, 20_000, 30_000, 10_000].map(closedAfter), [1, 1, 1, 2]);
});

test("closed for another reason it is not", () => {
  sockets[0].onclose({ code: 1012 });
  assert.equal(reloads, 0);
});
