// The colours of groups of ships. Pure.

export const GROUP_COLOURS = {
  passenger: "#1f6feb",
  "high-speed": "#8250df",
  cargo: "#2da44e",
  tanker: "#cf222e",
  fishing: "#bf8700",
  pleasure: "#c2379b",
  service: "#0598bc",
  military: "#57606a",
  aircraft: "#e16f24",
  "base-station": "#6e7781",
  aid: "#6e7781",
  distress: "#ff0000",
  "distress-test": "#b08a8a",
  other: "#768390",
};

/** "#rrggbb" as [red, green, blue], each 0 to 1. */
export function rgb(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
}
