// The names on a chart: seas, towns, and ports with departures in the reader's script.

const LETTER_PX = 6.6;
const PORTS_FROM_ZOOM = 5;
const PORT_GAP_PX = 8;
const MOST_PORTS = 150;
const MOST_TOWNS = 80;
const OUTSIDE = [-1, -1];

export class ChartNames {
  constructor() {
    this.seas = [];
    this.ports = [];
    this.towns = [];
    this.shown = true;
  }

  /** Take the seas of seas.json, those named from farthest out first, in that language. */
  setSeas(seas, language) {
    this.seas = seas
      .map(({ at, zoom, names }) => ({ at, zoom, text: names[language] ?? names.en }))
      .sort((one, other) => one.zoom - other.zoom);
  }

  /** Take ports as GeoJSON points {name}, those that matter most first. */
  setPorts(features) {
    this.ports = features.map(({ geometry, properties }) => ({
      at: geometry.coordinates,
      text: properties.name,
    }));
  }

  /** Take towns as [longitude, latitude, zoom, name], those named from farthest out first. */
  setTowns(towns) {
    this.towns = towns.map(([lon, lat, zoom, text]) => ({ at: [lon, lat], zoom, text }));
  }

  /** The labels of a view, ports before towns before seas; `pixelsOf([lon, lat])` are pixels of the page. */
  wished(zoom, width, height, pixelsOf) {
    if (!this.shown) return [];
    const found = [];
    const put = ({ at, text }, look, shift) => {
      const [x, y] = pixelsOf(at);
      if (x >= 0 && y >= 0 && x <= width && y <= height)
        found.push({ text, look, x: x + shift, y });
    };
    if (zoom >= PORTS_FROM_ZOOM)
      for (const port of this.ports) {
        put(port, "port", PORT_GAP_PX);
        if (found.length === MOST_PORTS) break;
      }
    this.putTowns(zoom, found, put);
    for (const sea of this.seas)
      if (zoom >= sea.zoom) put(sea, "sea", (-sea.text.length * LETTER_PX) / 2);
    return found;
  }

  /** A town that is called like one of the ports has its name already. */
  putTowns(zoom, found, put) {
    const ports = new Set(found.map(({ text }) => text));
    const most = found.length + MOST_TOWNS;
    for (const town of this.towns) {
      if (town.zoom > zoom || found.length === most) return;
      if (!ports.has(town.text)) put(town, "town", (-town.text.length * LETTER_PX) / 2);
    }
  }
}

/**
 * Where a place stands on the page, in the copy of the world that the map's middle is in; what is
 * not in view stands outside.
 */
export function pixelsIn(map) {
  const { lng } = map.getCenter();
  const bounds = map.getBounds();
  const [west, east] = [bounds.getWest(), bounds.getEast()];
  const [south, north] = [bounds.getSouth(), bounds.getNorth()];
  return ([lon, lat]) => {
    const near = lon + 360 * Math.round((lng - lon) / 360);
    if (lat < south || lat > north || near < west || near > east) return OUTSIDE;
    const { x, y } = map.project([near, lat]);
    return [x, y];
  };
}
