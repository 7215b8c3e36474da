// The style page's boxes of ports, as on the search form.
import { portBoxes } from "../ferries/port_box.js";

portBoxes(document.querySelector("#fields form"));
