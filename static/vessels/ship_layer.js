// The ships on the chart: one layer of our own on the graphics card, the track of the chosen one, and
// which ship is under the pointer.

import { GROUPS } from "./protocol.js";
import { cellOf, drawAtlas } from "./count_atlas.js";
import { CHANGE, PaintedShips } from "./painted_ships.js";
import { copiesInView, mercatorX, mercatorY, worldPixels } from "./mercator.js";
import { palette } from "./palette.js";
import { sailedMs } from "./reckoning.js";
import { ShipBuffer, SHAPES, drawingOrder } from "./ship_buffer.js";
import { GROUP_COLOURS, rgb } from "./ship_colours.js";
import { ShipProgram } from "./ship_program.js";

const TRACK_COLOUR = "#d8432b";
const CLICK_PX = 9;
const VECTOR_ZOOM = 8.5;
const VECTOR_SECONDS = 600;
const CLUSTER_COLOUR = GROUPS.length;
const RING_COLOUR = GROUPS.length + 1;

export class ShipLayer {
  /** `clock.now()` is the server's time; `directory.sizeOf(mmsi)` a ship's size, if it is known. */
  constructor(map, clock, directory) {
    this.map = map;
    this.clock = clock;
    this.directory = directory;
    this.buffer = new ShipBuffer();
    this.ships = [];
    this.painted = new PaintedShips();
    this.chosen = null;
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
    const rows = this.chosenShip() ? [...this.ships, ringOf(this.chosenShip())] : this.ships;
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
   * given them anew only when one has come, gone, reported or looks other.
   */
  keepUp(ships) {
    const nowMs = this.clock.now();
    const change = this.painted.change(ships, nowMs, this.view());
    if (change === CHANGE.looks) this.draw(ships);
    if (change !== CHANGE.moved) return;
    this.painted.note(ships, nowMs, this.view());
    this.map.triggerRepaint();
  }

  view() {
    const zoom = this.map.getZoom();
    return { zoom, vectorSeconds: zoom >= VECTOR_ZOOM ? VECTOR_SECONDS : 0 };
  }

  /** The ship under a point of the map, null for open water. */
  shipAt({ x, y }) {
    const nowMs = this.clock.now();
    let nearest = null;
    let nearestPx = CLICK_PX;
    for (const ship of this.ships) {
      const [left, top] = this.pixelsOf(ship, nowMs);
      const reach = ship.count > 1 ? 4 : 0;
      const distance = Math.hypot(left - x, top - y) - reach;
      if (distance <= nearestPx) [nearest, nearestPx] = [ship, distance];
    }
    return nearest;
  }

  /** Pixels from the left and from the top of the map's nearest copy of this ship. */
  pixelsOf(ship, nowMs) {
    const canvas = this.map.getCanvas();
    const center = this.map.getCenter();
    const world = worldPixels(this.map.getZoom());
    const elapsed = sailedMs(ship, nowMs);
    const x = mercatorX(ship.lon + ship.pace[0] * elapsed) - mercatorX(center.lng);
    const y = mercatorY(ship.lat + ship.pace[1] * elapsed) - mercatorY(center.lat);
    const nearestTurn = x - Math.round(x);
    return [nearestTurn * world + canvas.clientWidth / 2, y * world + canvas.clientHeight / 2];
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
    this.program.setColours([...groups, rgb(colours.cluster), rgb(colours.ink)], rgb(colours.ring));
    this.map.triggerRepaint();
  }

  render(gl) {
    const { buffer, map } = this;
    if (!buffer.count) return;
    const canvas = map.getCanvas();
    const center = map.getCenter();
    const world = worldPixels(map.getZoom());
    const centerX = mercatorX(center.lng);
    const view = {
      viewport: [canvas.clientWidth, canvas.clientHeight],
      world,
      now: (this.clock.now() - buffer.epochMs) / 1000,
      size: symbolPixels(map.getZoom()),
      vectorSeconds: this.view().vectorSeconds,
    };
    for (const turn of copiesInView(centerX, canvas.clientWidth / world)) {
      const x = centerX - turn - buffer.anchor[0];
      const y = mercatorY(center.lat) - buffer.anchor[1];
      this.program.draw(gl, { ...view, center: [x, y] });
    }
  }
}

function symbolPixels(zoom) {
  return Math.max(7, Math.min(13, 4.5 + zoom * 0.7));
}

function lookOf(ship) {
  if (ship.shape === SHAPES.ring) return { colour: RING_COLOUR, cell: 0 };
  if (ship.count > 1) return { colour: CLUSTER_COLOUR, cell: cellOf(ship.count) };
  return { colour: Math.max(0, GROUPS.indexOf(ship.group)), cell: 0 };
}

function ringOf(ship) {
  return { ...ship, shape: SHAPES.ring, count: 1 };
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
