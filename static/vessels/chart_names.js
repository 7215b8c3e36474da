// The names on a chart: seas, and ports with departures in the reader's script.

const LETTER_PX = 6.6;
const PORTS_FROM_ZOOM = 5;
const PORT_GAP_PX = 8;
const MOST_PORTS = 150;

export class ChartNames {
  constructor() {
    this.seas = [];
    this.ports = [];
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

  /** The labels of a view, ports before seas; `pixelsOf([lon, lat])` are pixels of the page. */
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
    for (const sea of this.seas)
      if (zoom >= sea.zoom) put(sea, "sea", (-sea.text.length * LETTER_PX) / 2);
    return found;
  }
}

/** Where a place stands on the page, in the copy of the world that the map's middle is in. */
export function pixelsIn(map) {
  const { lng } = map.getCenter();
  return ([lon, lat]) => {
    const { x, y } = map.project([lon + 360 * Math.round((lng - lon) / 360), lat]);
    return [x, y];
  };
}
