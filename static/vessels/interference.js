// Where satellite positions are disturbed: squares on the chart, asked for anew every half minute.

const ASK_MS = 30_000;
const URL = "/api/v1/vessels/interference";
const COLOUR = "#d3402b";
const NOTHING = { type: "FeatureCollection", features: [] };

/** Draw the areas under everything that is on the map by then; `onChange(count)` after each answer. */
export function drawInterference(map, onChange) {
  map.addSource("interference", { type: "geojson", data: NOTHING });
  map.addLayer({
    id: "interference",
    type: "fill",
    source: "interference",
    paint: { "fill-color": COLOUR, "fill-opacity": 0.22 },
  });
  map.addLayer({
    id: "interference-edge",
    type: "line",
    source: "interference",
    paint: { "line-color": COLOUR, "line-width": 1.2, "line-dasharray": [3, 2] },
  });
  const ask = async () => {
    const areas = await answer();
    if (!areas) return; // the network has gone: what is drawn stays
    map.getSource("interference").setData(areas);
    onChange(areas.features.length);
  };
  setInterval(ask, ASK_MS);
  return ask();
}

async function answer() {
  try {
    const response = await fetch(URL);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
