// A track in pieces of one speed each, for a line that is coloured by it. Pure.

/**
 * GeoJSON of a track as the API has it ({fields, pieces}): a line from each point to the next, with
 * the class of the speed that was reported at its start: the number of steps (knots, rising) that it
 * reaches, or null where none was reported. Lines across 180 degrees go on beyond it.
 */
export function speedLines({ fields, pieces }, steps) {
  const [lat, lon, knots] = ["lat", "lon", "sog_knots"].map((name) => fields.indexOf(name));
  return { type: "FeatureCollection", features: pieces.flatMap(linesOf) };

  function linesOf(piece) {
    const lines = [];
    const places = unbroken(piece.map((point) => [point[lon], point[lat]]));
    for (let i = 1; i < places.length; i++) {
      const speed = classOf(piece[i - 1][knots], steps);
      // Points of one class in a row are one line: a day has some dozens instead of thousands.
      if (lines.at(-1)?.properties.speed === speed)
        lines.at(-1).geometry.coordinates.push(places[i]);
      else lines.push(line([places[i - 1], places[i]], speed));
    }
    return lines;
  }
}

/** These places [longitude, latitude] without a jump at 180 degrees. */
function unbroken(places) {
  let before = places[0]?.[0];
  return places.map(([lon, lat]) => {
    before = lon + 360 * Math.round((before - lon) / 360);
    return [before, lat];
  });
}

function classOf(knots, steps) {
  return knots === null ? null : steps.filter((step) => knots >= step).length;
}

function line(coordinates, speed) {
  return { type: "Feature", properties: { speed }, geometry: { type: "LineString", coordinates } };
}
