// The socket of the live map: sends the viewport, asks again after a gap, comes back by itself.

import { decode } from "./protocol.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const SILENCE_MS = 10_000;
const WATCH_MS = 2_000;

export class LiveSocket {
  /** `onFrame(frame)` gets decoded frames, `onLink(open)` whether the connection stands. */
  constructor(url, onFrame, onLink) {
    this.url = url;
    this.onFrame = onFrame;
    this.onLink = onLink;
    this.pauseMs = FIRST_PAUSE_MS;
    this.view = null;
    this.heardAtMs = 0;
    this.connect();
    setInterval(() => this.closeIfSilent(), WATCH_MS);
    document.addEventListener("visibilitychange", () => this.send(this.view));
  }

  connect() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.heardAtMs = performance.now();
      this.onLink(true);
      this.send(this.view);
    };
    socket.onmessage = ({ data }) => {
      this.heardAtMs = performance.now();
      this.pauseMs = FIRST_PAUSE_MS;
      const frame = typeof data === "string" ? null : decode(data);
      if (frame) this.onFrame(frame);
    };
    socket.onclose = () => {
      this.onLink(false);
      setTimeout(() => this.connect(), this.pauseMs * (0.5 + Math.random() / 2));
      this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
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

  // A tick comes every second: a socket without one is dead, whatever the browser believes.
  closeIfSilent() {
    const silent = performance.now() - this.heardAtMs > SILENCE_MS;
    if (silent && this.socket.readyState === WebSocket.OPEN) this.socket.close();
  }
}
