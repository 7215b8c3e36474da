// The last 24 hours played again on the map: its controls, its clock, and the hours that it asks for.

import { PlayedShips } from "./played_ships.js";
import { viewportOf } from "./viewport.js";

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const BEFORE_MS = 15 * 60_000; // points before it, so that ships are there from the first moment on
const FRAME_MS = 100;
const AHEAD_SHARE = 0.4;
const FAST = 600;

export class Replay {
  /**
   * `texts` say that nothing was recorded; `onShips(ships)` draws them; `onLive()` is called when
   * the map is to be live again.
   */
  constructor(map, clock, element, { texts, onShips, onLive, onChange }) {
    Object.assign(this, { map, clock, element, texts, onShips, onLive, onChange });
    this.active = false;
    this.playing = false;
    this.speed = 60;
    this.atMs = 0;
    this.asked = new Set();
    const find = (name) => element.querySelector(`[data-replay=${name}]`);
    this.parts = { play: find("play"), time: find("time"), said: find("said"), note: find("note") };
    this.parts.speed = find("speed");
    this.parts.unheard = find("unheard");
    this.parts.play.addEventListener("click", () => this.play(!this.playing));
    this.parts.time.addEventListener("input", () => this.seek(Number(this.parts.time.value)));
    this.parts.speed.addEventListener("change", () =>
      this.setSpeed(Number(this.parts.speed.value)),
    );
    find("live").addEventListener("click", () => this.stop());
    map.on("moveend", () => this.active && this.forget());
  }

  /** Begin at this time (UTC epoch ms), paused; at most a day ago. */
  start(atMs, speed = this.speed) {
    this.active = true;
    this.element.hidden = false;
    this.endMs = this.clock.now();
    this.setSpeed(speed);
    this.forget();
    this.moveTo(Math.min(this.endMs, Math.max(this.endMs - DAY_MS, atMs)));
    this.onChange();
    this.timer ??= setInterval(() => this.tick(), FRAME_MS);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.active = this.playing = false;
    this.element.hidden = true;
    this.onChange();
    this.onLive();
  }

  play(on) {
    this.playing = on;
    this.tickedAtMs = performance.now();
    this.parts.play.setAttribute("aria-pressed", String(on));
    if (!on) this.onChange();
  }

  setSpeed(speed) {
    this.speed = Math.min(3_600, Math.max(1, speed || 1));
    this.parts.speed.value = String(this.speed);
  }

  /** Take what an address says: ?at=2026-11-26T05:00:00Z&speed=300. */
  setFrom(query) {
    const atMs = Date.parse(query.get("at") ?? "");
    if (!Number.isNaN(atMs)) this.start(atMs, Number(query.get("speed")) || undefined);
  }

  /** Write where it is into an address. */
  writeTo(query) {
    query.delete("at");
    query.delete("speed");
    if (!this.active) return;
    query.set("at", new Date(this.atMs).toISOString().slice(0, 19) + "Z");
    query.set("speed", this.speed);
  }

  seek(secondsAgo) {
    this.moveTo(this.endMs + secondsAgo * 1_000);
    this.draw();
  }

  tick() {
    if (this.playing) {
      const now = performance.now();
      const next = this.atMs + (now - this.tickedAtMs) * this.speed;
      this.tickedAtMs = now;
      // Never ahead of what has come: a slow answer makes it wait, not skip.
      if (this.ships.covers(next) || next >= this.endMs) this.moveTo(Math.min(next, this.endMs));
      if (this.atMs >= this.endMs) this.play(false);
    }
    this.ask();
    this.draw();
  }

  moveTo(atMs) {
    this.atMs = atMs;
    this.parts.time.value = String(Math.round((atMs - this.endMs) / 1_000));
    const said = new Date(atMs).toISOString();
    this.parts.said.textContent = `${said.slice(0, 10)} ${said.slice(11, 19)} UTC`;
    this.parts.said.dateTime = said;
  }

  draw() {
    const ships = this.ships.at(this.atMs, this.clock.now());
    this.onShips(ships);
    const said = ships.length ? "" : silence(this.ships.silenceAt(this.atMs), this.texts);
    // A reader hears of it once, not at each frame.
    if (this.parts.unheard.textContent !== said) this.parts.unheard.textContent = said;
  }

  /** Forget the hours of another view. */
  forget() {
    this.ships = new PlayedShips();
    this.asked.clear();
    this.parts.note.hidden = true;
  }

  /** Ask for the hours around this time and the ones that come next, each once. */
  ask() {
    const length = this.speed >= FAST ? 4 * HOUR_MS : HOUR_MS;
    this.askFor(Math.floor(this.atMs / length) * length, length);
    const ahead = this.atMs + length * AHEAD_SHARE;
    if (this.playing && ahead < this.endMs)
      this.askFor(Math.floor(ahead / length) * length, length);
  }

  async askFor(fromMs, length) {
    const untilMs = fromMs + length;
    const name = `${fromMs}/${length}`;
    if (this.asked.has(name)) return;
    this.asked.add(name);
    const ships = this.ships;
    const answer = await played(viewOf(this.map), fromMs - BEFORE_MS, untilMs, length);
    if (ships !== this.ships) return; // another view by now
    if (!answer) {
      setTimeout(() => this.asked.delete(name), 5_000);
      return;
    }
    ships.add(answer);
    if (answer.truncated) this.parts.note.hidden = false;
  }
}

/** What is said of a silence. */
export function silence(found, texts) {
  if (!found) return "";
  if (found.beginsMs) return texts.begins.replace("{t}", minuteOf(found.beginsMs));
  if (found.goesOnMs) return texts.goes_on.replace("{t}", minuteOf(found.goesOnMs));
  return texts.nothing;
}

// In one piece, and isolated: it reads the same inside a text from right to left.
function minuteOf(atMs) {
  const said = `${new Date(atMs).toISOString().slice(0, 16)}\u00a0UTC`;
  return `\u2066${said.replace("T", "\u00a0").replaceAll("-", "\u2060-\u2060")}\u2069`;
}

async function played([south, west, north, east], fromMs, untilMs, length) {
  const query = new URLSearchParams({
    lat_min: south.toFixed(3),
    lat_max: north.toFixed(3),
    lng_min: west.toFixed(3),
    lng_max: east.toFixed(3),
    since: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    step_seconds: length > HOUR_MS ? 240 : 60,
  });
  try {
    const response = await fetch(`/api/v1/vessels/replay?${query}`);
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the network has gone: it waits and asks again
  }
}

function viewOf(map) {
  const bounds = map.getBounds();
  const [south, west, north, east] = [
    bounds.getSouth(),
    bounds.getWest(),
    bounds.getNorth(),
    bounds.getEast(),
  ];
  return viewportOf({ south, west, north, east });
}
