// Before the first paint: where scripts run, the map is laid out as a map. The map itself comes later.
document.currentScript.parentElement.classList.remove("no-js");
