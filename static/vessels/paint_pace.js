// How soon the map may be painted anew at rest: a small part of the time, whatever a painting costs
// here. Pure.

const PAUSES = 4; // so many times as long as the painting before took
const LONGEST_PAUSE_MS = 5_000;

export class PaintPace {
  constructor() {
    this.costMs = 0;
    this.endedAtMs = -Infinity;
  }

  /** Note a painting that began and was on the screen at these times of one clock. */
  note(beganMs, endedMs) {
    this.costMs = endedMs - beganMs;
    this.endedAtMs = endedMs;
  }

  /** Whether the page has had enough time for others since the last painting. */
  isDue(nowMs) {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, PAUSES * this.costMs);
    return nowMs - this.endedAtMs >= pauseMs;
  }
}
