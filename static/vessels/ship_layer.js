// The ships on the chart: one layer of our own on the graphics card, the track of the chosen one, and
// which ship is under the pointer.

import { GROUPS } from "./protocol.js";
import { cellOf, drawAtlas } from "./count_atlas.js";
import { CHANGE, PaintedShips } from "./painted_ships.js";
import { copiesInView, mercatorX, mercatorY, perMetre, worldPixels } from "./mercator.js";
import { PaintPace } from "./paint_pace.js";
import { palette } from "./palette.js";
import { sailedMs } from "./reckoning.js";
import { ShipBuffer, SHAPES, drawingOrder } from "./ship_buffer.js";
import { GROUP_COLOURS, rgb } from "./ship_colours.js";
import { ShipProgram } from "./ship_program.js";

const TRACK_COLOUR = "#d8432b";
const CLICK_PX = 9;
// How many seconds ahead a course is shown, from a zoom on: about as long on every screen.
const AHEAD = [
  [14, 60],
  [12.5, 120],
  [11, 300],
  [8.5, 600],
];
const SYMBOL_PX = 30; // reaches no further from its place
const LONGEST_SHIP_M = 460;
const CLUSTER_COLOUR = GROUPS.length;
const RING_COLOUR = GROUPS.length + 1;
const BOOKABLE_COLOUR = GROUPS.length + 2;

export class ShipLayer {
  /** `clock.now()` is the server's time; `directory.sizeOf(mmsi)` a ship's size, if it is known. */
  constructor(map, clock, directory) {
    this.map = map;
    this.clock = clock;
    this.directory = directory;
    this.buffer = new ShipBuffer();
    this.ships = [];
    this.painted = new PaintedShips();
    this.pace = new PaintPace();
    this.chosen = null;
    this.isBookable = () => false;
    map.addSource("track", { type: "geojson", data: collection([]) });
    map.addLayer(TRACK_LAYER);
    map.addLayer({
      id: "ships",
      type: "custom",
      renderingMode: "2d",
      onAdd: (_map, gl) => {
        this.program = new ShipProgram(gl, drawAtlas());
        this.repaint();
      },
      onRemove: () => this.program.free(),
      render: (gl) => this.render(gl),
    });
    map.on("repaint", () => this.repaint());
  }

  /** Draw these ships and no others. */
  draw(ships) {
    this.ships = drawingOrder([...ships]);
    const center = this.map.getCenter();
    const rings = this.ships.filter(this.isBookable).map((ship) => ringOf(ship, BOOKABLE_COLOUR));
    const rows = [...rings, ...this.ships];
    if (this.chosenShip()) rows.push(ringOf(this.chosenShip(), RING_COLOUR));
    this.buffer.fill(rows, {
      anchor: [mercatorX(center.lng), mercatorY(center.lat)],
      nowMs: this.clock.now(),
      look: lookOf,
      sizeOf: (mmsi) => this.directory.sizeOf(mmsi),
    });
    this.program.load(this.buffer);
    this.painted.note(this.ships, this.buffer.epochMs, this.view());
    this.map.triggerRepaint();
  }

  /**
   * Draw these ships if a pixel of them is another by now. The card sails ships on by itself: it is
   * given them anew only when one has come, gone, reported or looks other. Where a painting takes
   * long, there are fewer of them.
   */
  keepUp(ships) {
    if (!this.pace.isDue(performance.now())) return;
    const nowMs = this.clock.now();
    const change = this.painted.change(ships, nowMs, this.view());
    if (change === CHANGE.looks) this.draw(ships);
    if (change !== CHANGE.moved) return;
    this.painted.note(ships, nowMs, this.view());
    this.map.triggerRepaint();
  }

  view() {
    const zoom = this.map.getZoom();
    const { lng, lat } = this.map.getCenter();
    const { clientWidth, clientHeight } = this.map.getCanvas();
    return {
      zoom,
      vectorSeconds: vectorSeconds(zoom),
      center: [mercatorX(lng), mercatorY(lat)],
      size: [clientWidth, clientHeight],
      marginPx: Math.max(SYMBOL_PX, LONGEST_SHIP_M * perMetre(lat) * worldPixels(zoom)),
    };
  }

  /** The ship under a point of the map, null for open water. */
  shipAt({ x, y }) {
    const pixelsOf = this.placing();
    let nearest = null;
    let nearestPx = CLICK_PX;
    for (const ship of this.ships) {
      const [left, top] = pixelsOf(ship);
      const reach = ship.count > 1 ? 4 : 0;
      const distance = Math.hypot(left - x, top - y) - reach;
      if (distance <= nearestPx) [nearest, nearestPx] = [ship, distance];
    }
    return nearest;
  }

  /**
   * A function of ships, as the map is now: pixels from the left and from the top of the nearest
   * copy of one.
   */
  placing() {
    const nowMs = this.clock.now();
    const { zoom, center, size } = this.view();
    const world = worldPixels(zoom);
    return (ship) => {
      const elapsed = sailedMs(ship, nowMs);
      const x = mercatorX(ship.lon + ship.pace[0] * elapsed) - center[0];
      const y = mercatorY(ship.lat + ship.pace[1] * elapsed) - center[1];
      const nearestTurn = x - Math.round(x);
      return [nearestTurn * world + size[0] / 2, y * world + size[1] / 2];
    };
  }

  /** Draw a ring of its own round every ship that is so. */
  stress(isBookable) {
    this.isBookable = isBookable;
    this.draw(this.ships);
  }

  /** Draw a ring round a ship (by key), and no track yet; null: round none. */
  highlight(key) {
    this.chosen = key;
    this.map.getSource("track").setData(collection([]));
    this.draw(this.ships);
  }

  /** Draw a track (GeoJSON). */
  drawTrack(track) {
    this.map.getSource("track").setData(track);
  }

  chosenShip() {
    return this.chosen === null ? null : this.ships.find(({ key }) => key === this.chosen);
  }

  repaint() {
    const colours = palette();
    const groups = GROUPS.map((group) => rgb(GROUP_COLOURS[group] ?? GROUP_COLOURS.other));
    const others = [colours.cluster, colours.ink, colours.bookable].map(rgb);
    this.program.setColours([...groups, ...others], rgb(colours.ring));
    this.map.triggerRepaint();
  }

  render(gl) {
    const { buffer, pace } = this;
    if (!buffer.count) return;
    const beganMs = performance.now();
    // The page waits for the card before its next frame.
    requestAnimationFrame(() => pace.note(beganMs, performance.now()));
    const { zoom, vectorSeconds, center, size } = this.view();
    const world = worldPixels(zoom);
    const view = {
      viewport: size,
      world,
      now: (this.clock.now() - buffer.epochMs) / 1000,
      size: symbolPixels(zoom),
      vectorSeconds,
    };
    for (const turn of copiesInView(center[0], size[0] / world)) {
      const x = center[0] - turn - buffer.anchor[0];
      const y = center[1] - buffer.anchor[1];
      this.program.draw(gl, { ...view, center: [x, y] });
    }
  }
}

function vectorSeconds(zoom) {
  return AHEAD.find(([from]) => zoom >= from)?.[1] ?? 0;
}

function symbolPixels(zoom) {
  return Math.max(7, Math.min(13, 4.5 + zoom * 0.7));
}

function lookOf(ship) {
  if (ship.shape === SHAPES.ring) return { colour: ship.colour, cell: 0 };
  if (ship.count > 1) return { colour: CLUSTER_COLOUR, cell: cellOf(ship.count) };
  return { colour: Math.max(0, GROUPS.indexOf(ship.group)), cell: 0 };
}

function ringOf(ship, colour) {
  return { ...ship, shape: SHAPES.ring, colour, count: 1 };
}

const TRACK_LAYER = {
  id: "track",
  type: "line",
  source: "track",
  paint: { "line-color": TRACK_COLOUR, "line-width": 2, "line-dasharray": [2, 1] },
};

function collection(features) {
  return { type: "FeatureCollection", features };
}
