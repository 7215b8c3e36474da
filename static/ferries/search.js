// On a phone the filters start closed, and the day strip starts at the chosen day.
const filters = document.querySelector(".filters");
if (filters && matchMedia("(max-width: 60rem)").matches) filters.closest("details").open = false;
for (const day of document.querySelectorAll(".days [aria-current]")) {
  const strip = day.parentElement;
  strip.scrollLeft +=
    day.getBoundingClientRect().left -
    strip.getBoundingClientRect().left -
    (strip.clientWidth - day.clientWidth) / 2;
}
