// Coastlines and borders (Natural Earth, as TopoJSON) for a flat map. Pure but for the fetch.
// The atlas is stitched for globes: Russia's ring jumps from 180 to -180, and Antarctica's goes
// once round the pole. On a flat map a ring must go on beyond 180, which the map wraps, and one
// round the pole must be closed along the pole.

import { feature, mesh } from "topojson-client";

/** {land, coast, borders} as GeoJSON; null when the file cannot be had. */
export async function fetchCoastline(url) {
  const response = await fetch(url);
  if (!response.ok) return null;
  const atlas = await response.json();
  const { countries } = atlas.objects;
  return {
    land: polygons(feature(atlas, countries)),
    coast: lines(mesh(atlas, countries, (a, b) => a === b)),
    borders: lines(mesh(atlas, countries, (a, b) => a !== b)),
  };
}

/** The polygons of all land, each worked out when it is called; none when the file cannot be had. */
export async function fetchLand(url) {
  const response = await fetch(url);
  if (!response.ok) return [];
  const atlas = await response.json();
  const polygons = atlas.objects.land.geometries.flatMap(({ arcs }) => arcs);
  return polygons.map(
    (arcs) => () => feature(atlas, { type: "Polygon", arcs }).geometry.coordinates.map(ring),
  );
}

/** Meridians and parallels every ten degrees. */
export function graticule() {
  const coordinates = [];
  for (let lon = -180; lon <= 180; lon += 10)
    coordinates.push([
      [lon, -85],
      [lon, 85],
    ]);
  for (let lat = -80; lat <= 80; lat += 10)
    coordinates.push([
      [-180, lat],
      [180, lat],
    ]);
  return {
    type: "Feature",
    properties: {},
    geometry: { type: "MultiLineString", coordinates },
  };
}

function polygons({ features }) {
  const found = [];
  for (const { geometry } of features) {
    const { type, coordinates } = geometry;
    for (const rings of type === "Polygon" ? [coordinates] : coordinates) {
      found.push({
        type: "Feature",
        properties: {},
        geometry: { type: "Polygon", coordinates: rings.map(ring) },
      });
    }
  }
  return { type: "FeatureCollection", features: found };
}

function lines({ coordinates }) {
  return { type: "MultiLineString", coordinates: coordinates.map(unroll) };
}

function ring(points) {
  const flat = unroll(points);
  const first = flat[0];
  const last = flat.at(-1);
  if (Math.abs(last[0] - first[0]) < 180) return flat;
  const pole = first[1] < 0 ? -90 : 90;
  return [...flat, [last[0], pole], [first[0], pole], first];
}

function unroll(points) {
  let turns = 0;
  return points.map(([lon, lat], index) => {
    const before = index ? points[index - 1][0] : lon;
    if (lon - before > 180) turns -= 360;
    if (before - lon > 180) turns += 360;
    return [lon + turns, lat];
  });
}
