// The port page: departures of this port, and the index as a chart that can be read by pointer.

import { loadDepartures } from "./departures.js";
import { drawIndex } from "./index_chart.js";

loadDepartures(document.querySelector("#departures-here"));
drawIndex(document.querySelector(".chart[data-table]"));
