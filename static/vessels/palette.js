// The chart's two colour schemes.

const LIGHT = {
  sea: "#dcebf1",
  land: "#f3efe4",
  coast: "#a9b3a6",
  border: "#d3cdbd",
  grid: "#c6dde7",
  ring: "#ffffff",
  ink: "#0f2436",
  cluster: "#31607a",
  ferryLine: "#3f7f9e",
  bookable: "#c2570c",
  seaName: "#44758c",
  townName: "#5b5546",
  density: ["#f2dc4e", "#8fce5c", "#2f9d80", "#33698c", "#452a78"],
};
const DARK = {
  sea: "#0b1f2c",
  land: "#1b2a31",
  coast: "#3c5562",
  border: "#2b3d46",
  grid: "#123040",
  ring: "#06121a",
  ink: "#e9eff3",
  cluster: "#3d7894",
  ferryLine: "#4f94b2",
  bookable: "#f59e4b",
  seaName: "#7fa9bd",
  townName: "#b9b4a4",
  density: ["#5a479c", "#3a7aa3", "#2fa886", "#93d45f", "#f6e55a"],
};
const prefersDark = () => matchMedia("(prefers-color-scheme: dark)");

/** The colours of the scheme that is chosen on the page, else of the system's. */
export function palette() {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen ? chosen === "dark" : prefersDark().matches;
  return dark ? DARK : LIGHT;
}

/** Call `repaint()` whenever the scheme changes. */
export function onPaletteChange(repaint) {
  prefersDark().addEventListener("change", repaint);
  new MutationObserver(repaint).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
}
