// The style page: its boxes of ports as on the search form, what only scripts draw, charts once somebody looks.

import { portBoxes } from "../ferries/port_box.js";
import { showChart, showOffChart } from "./style_ships.js";

const element = (id) => document.getElementById(id);
const dataOf = (id) => JSON.parse(element(id).textContent);

portBoxes(document.querySelector("#fields form"));
showWaiting();
const [texts, invented] = [dataOf("map-texts"), dataOf("invented-ships")];
showOffChart(texts, invented);
for (const closed of document.querySelectorAll("#filters, #layers")) closed.open = true;
// The library of charts is a megabyte: not for those who look at buttons.
once(element("h-journeys"), () => import("../bookings/companion_map.js"));
once(element("h-ships"), () =>
  showChart(texts, invented).catch(() => (element("design-chart").hidden = true)),
);

/** What waits for something that this page has not (a worker, a booking to keep) is shown as if it were there. */
function showWaiting() {
  for (const piece of document.querySelectorAll("main .waiting")) piece.classList.remove("waiting");
  document.querySelector("[data-kept]").removeAttribute("data-kept");
  document.querySelector("[data-passkey]").hidden = false;
}

function once(place, act) {
  const observer = new IntersectionObserver(([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    observer.disconnect();
    act();
  });
  observer.observe(place);
}
