// The live map as a picture that is kept up: coast and ships on a plain canvas. Where the processor
// has to play the graphics card, WebGL holds the page up for seconds; there the map waits until
// somebody is at the page.

import { fetchLand } from "./coastline.js";
import { Fleet } from "./fleet.js";
import { LiveSocket } from "./live_socket.js";
import { copiesInView, latitudeOf, mercatorX, mercatorY, worldPixels } from "./mercator.js";
import { palette } from "./palette.js";
import { reckon } from "./reckoning.js";
import { emptied } from "./sharp_canvas.js";
import { GROUP_COLOURS } from "./ship_colours.js";
import { holds, levelOf, viewportOf } from "./viewport.js";

const DRAW_MS = 1_000;
const SLICE_MS = 6;
const SHIP_PX = 3;
const COUNT_PX = 11;
// What draws WebGL without a card: Chromium's own, Mesa's two, Windows'.
const SOFTWARE = /SwiftShader|llvmpipe|softpipe|Basic Render/i;
const NOBODY_LISTENS = () => {};
const SIGNS_OF_A_PERSON = [
  "pointermove",
  "pointerdown",
  "wheel",
  "keydown",
  "focusin",
  "scroll",
  "resize",
];

/** Whether a graphics card draws WebGL, and not the processor in its place. */
export function hasGraphicsCard() {
  const gl = document
    .createElement("canvas")
    .getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  const named = gl?.getExtension("WEBGL_debug_renderer_info");
  const renderer = named ? gl.getParameter(named.UNMASKED_RENDERER_WEBGL) : "";
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return gl !== null && !SOFTWARE.test(renderer);
}

/** Resolves when somebody moves, touches, types, scrolls or turns the screen. */
export function somebodyIsHere() {
  return new Promise((resolve) => {
    const heard = new AbortController();
    const options = { capture: true, passive: true, signal: heard.signal };
    const wake = () => {
      heard.abort();
      resolve();
    };
    for (const sign of SIGNS_OF_A_PERSON) addEventListener(sign, wake, options);
  });
}

export class Picture {
  /**
   * `view` is {zoom, center: [lon, lat]}, `clock` the server's; `onShips(count, ships)` gets how
   * many are known and those in it, where they are now.
   */
  constructor(box, { view, clock, coastUrl, socketUrl, onShips }) {
    this.box = box;
    this.view = view;
    this.clock = clock;
    this.onShips = onShips;
    this.fleet = new Fleet();
    this.drawn = -1; // the version of the fleet that is on the canvas
    [this.land, this.ships] = [canvasBefore(box), canvasBefore(box)];
    this.socket = new LiveSocket(socketUrl, (frame) => this.receive(frame), NOBODY_LISTENS);
    this.socket.show({ viewport: viewportOf(this.bounds()), zoom: view.zoom });
    this.timer = setInterval(() => this.keepUp(), DRAW_MS);
    this.drawLand(coastUrl);
  }

  /** Take the picture away. */
  end() {
    clearInterval(this.timer);
    this.socket.end();
    this.land.remove();
    this.ships.remove();
  }

  receive(frame) {
    if (frame.kind === "tick") {
      this.clock.note(frame.serverTimeMs);
      return;
    }
    this.fleet.apply(frame, this.clock.resolve(frame.lowTimeMs));
    if (frame.snapshot && frame.z <= levelOf(this.view.zoom)) this.fleet.dropOtherLevels(frame.z);
    if (this.fleet.gaps.length) this.socket.resync(this.fleet.gaps.splice(0));
  }

  keepUp() {
    if (this.drawn !== this.fleet.version) this.draw();
  }

  draw() {
    this.drawn = this.fleet.version;
    const pen = emptied(this.ships, ...this.size());
    for (const corner of this.corners()) this.drawShips(pen, ...corner);
    const bounds = this.bounds();
    const count = this.fleet.all().reduce((sum, ship) => sum + ship.count, 0);
    this.onShips(
      count,
      this.fleet.ships(this.clock.now()).filter((ship) => holds(bounds, ship)),
    );
  }

  /** Draw the land once it is worked out, of which no part is so long that the page would wait. */
  async drawLand(url) {
    const shape = new Path2D();
    let pauseAt = 0;
    for (const ringsOf of await fetchLand(url)) {
      if (performance.now() > pauseAt) {
        await new Promise((resume) => setTimeout(resume));
        pauseAt = performance.now() + SLICE_MS;
      }
      for (const corner of this.corners()) addPolygon(shape, ringsOf(), ...corner);
    }
    const pen = emptied(this.land, ...this.size());
    const { land, coast } = palette();
    [pen.fillStyle, pen.strokeStyle, pen.lineWidth] = [land, coast, 0.9];
    pen.fill(shape);
    pen.stroke(shape);
  }

  drawShips(pen, left, top, world) {
    const colours = palette();
    const now = this.clock.now();
    pen.font = "600 11px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const ship of this.fleet.all()) {
      const { lon, lat } = reckon(ship, now);
      const [x, y] = [left + mercatorX(lon) * world, top + mercatorY(lat) * world];
      const many = ship.count > 1;
      pen.beginPath();
      pen.arc(x, y, many ? COUNT_PX : SHIP_PX, 0, 2 * Math.PI);
      pen.fillStyle = many ? colours.cluster : (GROUP_COLOURS[ship.group] ?? GROUP_COLOURS.other);
      pen.fill();
      pen.fillStyle = "#fff";
      if (many) pen.fillText(ship.count, x, y);
    }
  }

  size() {
    return [this.box.clientWidth, this.box.clientHeight];
  }

  middle() {
    const [lon, lat] = this.view.center;
    return [mercatorX(lon), mercatorY(lat)];
  }

  /** Of each copy of the world in view: its left, its top, its width in pixels. */
  corners() {
    const [width, height] = this.size();
    const [x, y] = this.middle();
    const world = worldPixels(this.view.zoom);
    const top = height / 2 - y * world;
    return copiesInView(x, width / world).map((turn) => [
      width / 2 + (turn - x) * world,
      top,
      world,
    ]);
  }

  bounds() {
    const world = worldPixels(this.view.zoom);
    const [halfWidth, halfHeight] = this.size().map((pixels) => pixels / 2 / world);
    const [x, y] = this.middle();
    const longitudeOf = (across) => (across - 0.5) * 360;
    return {
      south: latitudeOf(y + halfHeight),
      west: longitudeOf(x - halfWidth),
      north: latitudeOf(y - halfHeight),
      east: longitudeOf(x + halfWidth),
    };
  }
}

function canvasBefore(box) {
  const canvas = document.createElement("canvas");
  canvas.className = "picture";
  canvas.setAttribute("aria-hidden", "true");
  box.before(canvas);
  return canvas;
}

function addPolygon(shape, rings, left, top, world) {
  for (const ring of rings) {
    ring.forEach(([lon, lat], index) => {
      const [x, y] = [left + mercatorX(lon) * world, top + mercatorY(lat) * world];
      if (index) shape.lineTo(x, y);
      else shape.moveTo(x, y);
    });
  }
}
