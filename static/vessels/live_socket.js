// The socket of the live map: sends the viewport, asks again after a gap, comes back by itself.

import { decode, isRead } from "./protocol.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const SILENCE_MS = 6_000;
const OPENING_MS = 8_000;
const WATCH_MS = 1_000;
const OTHER_VERSION = 4426; // how the server closes a socket of another version of the protocol
const RELOADED_KEY = "live-map-reloaded-at";
const RELOAD_PAUSE_MS = 60_000;

export class LiveSocket {
  /** `onFrame(frame)` gets decoded frames, `onLink(open)` whether the connection stands. */
  constructor(url, onFrame, onLink) {
    this.url = url;
    this.onFrame = onFrame;
    this.onLink = onLink;
    this.pauseMs = FIRST_PAUSE_MS;
    this.view = null;
    this.retry = null;
    this.ended = new AbortController();
    const { signal } = this.ended;
    this.connect();
    this.watch = setInterval(() => this.replaceIfSilent(), WATCH_MS);
    addEventListener("online", () => this.reconnect(), { signal });
    const seen = () => {
      if (!document.hidden) this.replaceIfSilent();
      this.send(this.view);
    };
    document.addEventListener("visibilitychange", seen, { signal });
  }

  /** Close the socket for good. */
  end() {
    clearInterval(this.watch);
    clearTimeout(this.retry);
    this.ended.abort();
    this.letGo();
  }

  connect() {
    clearTimeout(this.retry);
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.heardAtMs = performance.now();
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.heardAtMs = performance.now();
      this.send(this.view);
    };
    socket.onmessage = ({ data }) => {
      this.heardAtMs = performance.now();
      if (typeof data !== "string" && !isRead(data)) return this.retryLater();
      this.pauseMs = FIRST_PAUSE_MS;
      const frame = typeof data === "string" ? null : decode(data);
      this.onLink(true);
      if (frame) this.onFrame(frame);
    };
    socket.onclose = ({ code }) => {
      this.retryLater();
      if (code === OTHER_VERSION) reloadSometimes();
    };
  }

  /** Have the tiles of this view sent: {viewport: [south, west, north, east], zoom}. */
  show(view) {
    this.view = view;
    this.send(view);
  }

  /** Have these tiles [[z, x, y]] sent again: they have a gap. */
  resync(tiles) {
    this.send({ resync: tiles });
  }

  send(message) {
    if (message && this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(message));
    }
  }

  /** Leave the present socket to itself and open another one now. */
  reconnect() {
    this.letGo();
    this.onLink(false);
    this.connect();
  }

  retryLater() {
    this.letGo();
    this.onLink(false);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), this.pauseMs * (0.5 + Math.random() / 2));
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
  }

  // A socket whose network has gone ends its closing handshake when the network is back: nothing
  // waits for it, and nothing that it still says is heard.
  letGo() {
    const socket = this.socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  // A tick comes every second: a socket without one is dead, whatever the browser believes.
  replaceIfSilent() {
    const open = this.socket.readyState === WebSocket.OPEN;
    const opening = this.socket.readyState === WebSocket.CONNECTING;
    const silentMs = performance.now() - this.heardAtMs;
    if ((open && silentMs > SILENCE_MS) || (opening && silentMs > OPENING_MS)) this.reconnect();
  }
}

// The page that the server has now speaks its version. While two versions of the service run side
// by side it may be the same page again: once a minute, then.
function reloadSometimes() {
  const now = Date.now();
  if (now - Number(sessionStorage.getItem(RELOADED_KEY) ?? 0) < RELOAD_PAUSE_MS) return;
  sessionStorage.setItem(RELOADED_KEY, now);
  location.reload();
}
