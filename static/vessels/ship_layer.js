// The ships on the chart, the ring round the chosen one, and its track.

import { palette } from "./palette.js";
import { addShipIcons, iconOf } from "./ship_icons.js";

const NOBODY = -1;
const UNDER_WAY_KNOTS = 0.5;
const TRACK_COLOUR = "#d8432b";
const CLICK_PX = 6;
const ICON_SIZE = ["interpolate", ["linear"], ["zoom"], 1, 0.42, 6, 0.72, 10, 1, 14, 1.3];

export class ShipLayer {
  constructor(map) {
    this.map = map;
    addShipIcons(map);
    map.addSource("track", { type: "geojson", data: collection([]) });
    map.addSource("ships", { type: "geojson", data: collection([]) });
    map.addLayer(TRACK_LAYER);
    map.addLayer(chosenLayer());
    map.addLayer(SHIPS_LAYER);
    map.on("repaint", () => {
      addShipIcons(map);
      map.setPaintProperty("chosen", "circle-stroke-color", palette().ink);
    });
  }

  /** Draw these ships and no others. */
  draw(ships) {
    this.map.getSource("ships").setData(collection(ships.map(featureOf)));
  }

  /** The MMSI of the ship under a point of the map, null for open water. */
  shipAt({ x, y }) {
    const box = [
      [x - CLICK_PX, y - CLICK_PX],
      [x + CLICK_PX, y + CLICK_PX],
    ];
    return this.map.queryRenderedFeatures(box, { layers: ["ships"] })[0]?.id ?? null;
  }

  /** Draw a ring round a ship, and no track yet; null: round none. */
  highlight(mmsi) {
    this.map.setFilter("chosen", ["==", ["id"], mmsi ?? NOBODY]);
    this.map.getSource("track").setData(collection([]));
  }

  /** Draw a track (GeoJSON). */
  drawTrack(track) {
    this.map.getSource("track").setData(track);
  }
}

const TRACK_LAYER = {
  id: "track",
  type: "line",
  source: "track",
  paint: { "line-color": TRACK_COLOUR, "line-width": 2, "line-dasharray": [2, 1] },
};

const SHIPS_LAYER = {
  id: "ships",
  type: "symbol",
  source: "ships",
  layout: {
    "icon-image": ["get", "icon"],
    "icon-rotate": ["get", "headingDeg"],
    "icon-rotation-alignment": "map",
    "icon-allow-overlap": true,
    "icon-ignore-placement": true,
    "symbol-sort-key": ["get", "rank"],
    "icon-size": ICON_SIZE,
  },
  paint: { "icon-opacity": ["case", ["get", "stale"], 0.38, 1] },
};

function chosenLayer() {
  return {
    id: "chosen",
    type: "circle",
    source: "ships",
    filter: ["==", ["id"], NOBODY],
    paint: {
      "circle-radius": 15,
      "circle-color": "rgba(216,67,43,.18)",
      "circle-stroke-width": 2,
      "circle-stroke-color": palette().ink,
    },
  };
}

function featureOf(ship) {
  return {
    type: "Feature",
    id: ship.mmsi,
    geometry: { type: "Point", coordinates: [ship.lon, ship.lat] },
    properties: {
      icon: iconOf(ship),
      headingDeg: ship.headingDeg ?? 0,
      stale: ship.stale,
      rank: ship.knots > UNDER_WAY_KNOTS ? 1 : 0,
    },
  };
}

function collection(features) {
  return { type: "FeatureCollection", features };
}
