// The socket of the live map: says where we look, asks again after a gap, comes back by itself.

import { decode } from "./protocol.js";

const FIRST_PAUSE_MS = 1_000, LONGEST_PAUSE_MS = 30_000, QUIET_MS = 10_000;

export class Live {
  /** `onFrame(frame)` gets decoded frames, `onLink(open)` whether the connection stands. */
  constructor(url, onFrame, onLink) {
    Object.assign(this, { url, onFrame, onLink, pause: FIRST_PAUSE_MS, view: null, heard: 0 });
    this.connect();
    setInterval(() => this.watch(), 2_000);
    document.addEventListener("visibilitychange", () => this.say(this.view));
  }

  connect() {
    const socket = this.socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => { this.heard = performance.now(); this.onLink(true); this.say(this.view); };
    socket.onmessage = ({ data }) => {
      this.heard = performance.now();
      this.pause = FIRST_PAUSE_MS;
      const frame = typeof data === "string" ? null : decode(data);
      if (frame) this.onFrame(frame);
    };
    socket.onclose = () => {
      this.onLink(false);
      setTimeout(() => this.connect(), this.pause * (0.5 + Math.random() / 2));
      this.pause = Math.min(LONGEST_PAUSE_MS, this.pause * 2);
    };
  }

  /** Look here from now on: {viewport: [south, west, north, east], zoom}. */
  look(view) {
    this.view = view;
    this.say(view);
  }

  /** These tiles [[z, x, y]] have a gap. */
  again(tiles) {
    this.say({ resync: tiles });
  }

  say(words) {
    if (words && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(words));
  }

  // A beat comes every second: a socket without one is dead, whatever the browser believes.
  watch() {
    if (this.socket.readyState === WebSocket.OPEN && performance.now() - this.heard > QUIET_MS) this.socket.close();
  }
}
