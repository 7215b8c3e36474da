// Beside the results the filters are open from the start, by the style sheet; above them they would push them down.
// The day strip starts at the chosen day.
const filters = document.querySelector(".filter-box");
if (filters) {
  filters.open = matchMedia("(min-width: 60rem)").matches;
  filters.dataset.set = "";
}
for (const day of document.querySelectorAll(".days [aria-current]")) {
  const strip = day.parentElement;
  strip.scrollLeft +=
    day.getBoundingClientRect().left -
    strip.getBoundingClientRect().left -
    (strip.clientWidth - day.clientWidth) / 2;
}

// What was searched last, for this browser only: codes of two ports, four pairs at most, nothing else.
const here = document.querySelector("[data-searched]")?.dataset.searched;
if (here) {
  const [, before = ""] = document.cookie.match(/(?:^|; )searched=([^;]*)/) ?? [];
  const pairs = [here, ...before.split("|").filter((pair) => pair && pair !== here)].slice(0, 4);
  document.cookie = `searched=${pairs.join("|")}; Path=/; Max-Age=7776000; SameSite=Lax`;
}
