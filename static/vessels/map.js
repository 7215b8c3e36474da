// The live map page: chart, ships, socket, filter, search, card and list put together.

import { createChart } from "./chart.js";
import { FeedBadge } from "./feed_badge.js";
import { Fleet } from "./fleet.js";
import { GroupFilter } from "./group_filter.js";
import { LiveSocket } from "./live_socket.js";
import { bindSearch } from "./search.js";
import { Selection } from "./selection.js";
import { ShipLayer } from "./ship_layer.js";
import { ShipList } from "./ship_list.js";
import { hashOf, initialView, levelOf, viewportOf } from "./viewport.js";

const DRAW_MS = 1_000;
const element = (id) => document.getElementById(id);

export const fleet = new Fleet();
/** Resolves when the map is drawn, or it is clear that this browser cannot draw one. */
export const ready = start().catch(showListOnly);

async function start() {
  const texts = JSON.parse(element("map-texts").textContent);
  const page = document.querySelector(".live-map");
  page.classList.remove("no-js");
  const view = initialView(location.hash, innerWidth);
  const map = await createChart("chart", { urls: texts.urls, texts, ...view });
  const layer = new ShipLayer(map);
  const selection = new Selection(map, layer, texts);
  const goTo = (mmsi) => selection.goTo(mmsi);
  const list = new ShipList(document.querySelector("#in-view tbody"), texts, goTo);
  const badge = new FeedBadge(element("feed"), texts);
  const filter = new GroupFilter(element("filters"), draw);
  const socket = new LiveSocket(socketUrl(), receive, (open) => badge.setLinked(open));
  bindSearch(element("search"), element("found"), texts, goTo);
  map.on("moveend", showViewport);
  map.on("click", ({ point }) => selection.choose(layer.shipAt(point)));
  map.on("mousemove", ({ point }) => {
    map.getCanvas().style.cursor = layer.shipAt(point) === null ? "" : "pointer";
  });
  showViewport();
  setInterval(draw, DRAW_MS);
  const mmsi = Number(new URLSearchParams(location.search).get("ship"));
  if (mmsi) await goTo(mmsi);

  function receive(frame) {
    if (frame.kind === "tick") {
      badge.setTick(frame);
      return;
    }
    fleet.apply(frame, Date.now());
    if (frame.snapshot) {
      if (frame.z <= levelOf(map.getZoom())) fleet.dropOtherLevels(frame.z);
      requestDraw();
    }
    if (fleet.gaps.length) socket.resync(fleet.gaps.splice(0));
  }

  // Snapshots come in bursts: one drawing for all of them.
  function requestDraw() {
    cancelAnimationFrame(requestDraw.handle);
    requestDraw.handle = requestAnimationFrame(draw);
  }

  function draw() {
    const ships = fleet.ships(Date.now()).filter((ship) => filter.shows(ship));
    layer.draw(ships);
    const bounds = map.getBounds();
    list.render(ships.filter((ship) => bounds.contains([ship.lon, ship.lat])));
    element("count").textContent = texts.in_view.replace("{n}", ships.length);
    selection.moveWith(ships, DRAW_MS);
  }

  function showViewport() {
    const bounds = map.getBounds();
    const viewport = viewportOf({
      south: bounds.getSouth(),
      west: bounds.getWest(),
      north: bounds.getNorth(),
      east: bounds.getEast(),
    });
    socket.show({ viewport, zoom: map.getZoom() });
    history.replaceState(null, "", hashOf(map.getZoom(), map.getCenter()));
  }
}

function socketUrl() {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/vessels/live`;
}

function showListOnly() {
  document.querySelector(".live-map").classList.add("no-map");
  element("no-webgl").hidden = false;
}
