// The server's time on this page, whatever the page's own clock says. Pure.

const LOW_BITS = 2 ** 32;
const FORGET_MS = 60_000;

export class ServerClock {
  /** `monotonicMs()` never jumps: performance.now in a page. */
  constructor(monotonicMs) {
    this.monotonicMs = monotonicMs;
    this.offsets = []; // [when, server time - monotonic time], of the last minute
    this.offsetMs = null;
    this.heardMs = 0;
  }

  /** Note a frame that the server wrote at this time. The least delayed one of a minute counts. */
  note(serverTimeMs) {
    const now = this.monotonicMs();
    // Frames come in their order: an earlier time than the last is that of another clock.
    if (serverTimeMs < this.heardMs) this.offsets = [];
    this.heardMs = serverTimeMs;
    this.offsets.push([now, serverTimeMs - now]);
    this.offsets = this.offsets.filter(([when]) => when >= now - FORGET_MS);
    this.offsetMs = Math.max(...this.offsets.map(([, offset]) => offset));
  }

  /** Epoch milliseconds by the server's clock; this page's clock until the server was heard. */
  now() {
    return this.offsetMs === null ? Date.now() : this.monotonicMs() + this.offsetMs;
  }

  /** The time near now with these lower 32 bits. */
  resolve(lowMs) {
    const now = Math.round(this.now());
    const ahead = (((lowMs - now) % LOW_BITS) + LOW_BITS) % LOW_BITS;
    return now + (ahead >= LOW_BITS / 2 ? ahead - LOW_BITS : ahead);
  }
}
