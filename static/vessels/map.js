// The live map page: chart, ships, socket, filter, search, card and list put together.

import { BookableShips } from "./bookable_ships.js";
import { ChartNames } from "./chart_names.js";
import { DensityLayer } from "./density_layer.js";
import { ShipDirectory } from "./directory.js";
import { FeedBadge } from "./feed_badge.js";
import { Fleet, placed } from "./fleet.js";
import { Hover } from "./hover.js";
import { Labels } from "./labels.js";
import { drawInterference } from "./interference.js";
import { LiveSocket } from "./live_socket.js";
import { Measure } from "./measure.js";
import { Picture, hasGraphicsCard, somebodyIsHere } from "./picture.js";
import { VERSION } from "./protocol.js";
import { Replay } from "./replay.js";
import { bindSearch } from "./search.js";
import { Selection } from "./selection.js";
import { ServerClock } from "./server_clock.js";
import { ShipFilter } from "./ship_filter.js";
import { ShipLayer } from "./ship_layer.js";
import { ShipList } from "./ship_list.js";
import { reckon } from "./reckoning.js";
import { WeatherLayer } from "./weather_layer.js";
import { hashOf, holds, initialView, levelOf, viewportOf, withMargin } from "./viewport.js";

const DRAW_MS = 1_000;
const SNAPSHOTS_MS = 150;
const NEAR_DRAW_MS = 200;
const NEAR_ZOOM = 12;
const PORT_ZOOM = 11; // a harbour with its roads
const PLAYED_MS = 6 * 3_600_000; // a replay begins so long ago
const element = (id) => document.getElementById(id);

export const fleet = new Fleet();
const mapless = new AbortController(); // aborted where this browser cannot draw a map
export const clock = new ServerClock(() => performance.now());
/** Resolves when the map is drawn, or it is clear that this browser cannot draw one. */
export const ready = start().catch(showListOnly);

async function start() {
  const texts = JSON.parse(element("map-texts").textContent);
  const page = document.querySelector(".live-map");
  page.classList.remove("no-js");
  const view = initialView(location.hash, innerWidth);
  // Where list and search lead while the map does not stand yet: it goes there once it does.
  const chosen = { ship: null, port: null };
  let goTo = (mmsi) => (chosen.ship = mmsi);
  let showPort = (center) => (chosen.port = center);
  let redraw = () => {};
  const directory = new ShipDirectory(() => {
    list.nameAgain();
    redraw();
  });
  const rows = document.querySelector("#in-view tbody");
  const list = new ShipList(rows, texts, directory, (mmsi) => goTo(mmsi));
  bindSearch(element("search"), element("found"), texts, {
    toShip: (mmsi) => goTo(mmsi),
    toPort: (center) => showPort(center),
    signal: mapless.signal,
  });
  const picture = await pictureUntilWanted(view, texts, list);
  // Not imported above: the library that draws them is a megabyte.
  const [{ createChart }, { FerryLines }, { WarningLayer }] = await Promise.all([
    import("./chart.js"),
    import("./ferry_lines.js"),
    import("./warnings.js"),
  ]);
  const map = await createChart("chart", { urls: texts.urls, texts, ...view });
  picture?.end();
  const density = new DensityLayer(map, {
    box: element("density"),
    legend: element("density-legend"),
    texts: texts.density,
    boundsOf,
    onChange: () => writeAddress(),
  });
  drawInterference(map, (count) => (element("jammed").hidden = count === 0));
  const warnings = new WarningLayer(map, {
    box: element("warnings"),
    note: element("warnings-count"),
    texts: texts.warnings,
    onChange: () => writeAddress(),
  });
  const names = new ChartNames();
  const lines = new FerryLines(map, names, {
    box: element("lines"),
    texts: texts.lines,
    seasUrl: texts.urls.seas,
    townsUrl: texts.urls.towns,
    onChange: () => writeAddress(),
  });
  redraw = drawNow;
  const layer = new ShipLayer(map, clock, directory);
  const query = new URLSearchParams(location.search);
  const bookable = new BookableShips(texts.lines, () => layer.stress((ship) => bookable.has(ship)));
  const selection = new Selection(map, layer, texts, { bookable, onChange: writeAddress });
  goTo = (mmsi) => selection.goTo(mmsi);
  const badge = new FeedBadge(element("feed"), texts);
  const changed = () => {
    writeAddress();
    drawNow();
  };
  const { mids } = texts;
  const filter = new ShipFilter(element("filters"), { onChange: changed, directory, mids });
  filter.setFrom(query);
  const measure = new Measure(map, element("measure"), element("measured"), texts.measure);
  const replay = new Replay(map, clock, element("replay"), {
    texts: texts.replay,
    onShips: drawPlayed,
    onLive: changed,
    onChange: () => writeAddress(),
  });
  element("play-again").addEventListener("click", () => {
    if (replay.active) replay.stop();
    else replay.start(clock.now() - PLAYED_MS);
  });
  const weather = new WeatherLayer(map, {
    box: element("weather"),
    legend: element("weather-legend"),
    note: element("weather-note"),
    texts: texts.weather,
    boundsOf,
    onChange: () => writeAddress(),
  });
  weather.setFrom(query);
  density.setFrom(query);
  lines.setFrom(query);
  warnings.setFrom(query);
  const socket = new LiveSocket(socketUrl(), receive, (open) => badge.setLinked(open));
  showPort = (center) => map.jumpTo({ center, zoom: Math.max(map.getZoom(), PORT_ZOOM) });
  new Labels(map, layer, directory, names);
  const at = (point) => layer.shipAt(point) ?? lines.at(point) ?? warnings.at(point);
  new Hover(map, (point) => at(point) ?? density.at(point), tipOf);
  map.on("moveend", showViewport);
  map.on("click", ({ point, lngLat }) => {
    if (measure.active) {
      measure.add(lngLat);
      return;
    }
    const ship = layer.shipAt(point);
    selection.click(ship);
    if (ship) return;
    const line = lines.at(point);
    const warning = line ? null : warnings.at(point);
    if (line) lines.open(line, lngLat);
    if (warning) warnings.open(warning, lngLat);
  });
  showViewport();
  setInterval(() => draw(), DRAW_MS);
  // Near, ships cross a pixel more often than the list below needs to be kept; how often that can be
  // painted here, the layer knows.
  setInterval(() => {
    if (map.getZoom() >= NEAR_ZOOM && !replay.active) layer.keepUp(layer.ships);
  }, NEAR_DRAW_MS);
  if (chosen.port) showPort(chosen.port);
  const mmsi = chosen.ship ?? Number(query.get("ship") ?? query.get("mmsi"));
  if (mmsi) await goTo(mmsi);
  replay.setFrom(query);

  function receive(frame) {
    if (frame.kind === "tick") {
      clock.note(frame.serverTimeMs);
      badge.setTick(frame);
      return;
    }
    fleet.apply(frame, clock.resolve(frame.lowTimeMs));
    if (frame.snapshot) {
      if (frame.z <= levelOf(map.getZoom())) fleet.dropOtherLevels(frame.z);
      drawNow();
    }
    if (fleet.gaps.length) socket.resync(fleet.gaps.splice(0));
  }

  // Snapshots come in bursts: one drawing for all of them.
  function drawNow() {
    drawNow.timer ??= setTimeout(() => {
      drawNow.timer = null;
      draw(true);
    }, SNAPSHOTS_MS);
  }

  // Without `anew` only if that changes a pixel: far out a ship takes minutes to cross one.
  function draw(anew = false) {
    if (replay.active) return;
    filter.want(fleet.all());
    const ships = fleet.all().filter((ship) => filter.shows(ship));
    if (anew) layer.draw(ships);
    else layer.keepUp(ships);
    const count = ships.reduce((sum, ship) => sum + ship.count, 0);
    const said = texts.in_view.replace("{n}", count);
    if (element("count").textContent !== said) element("count").textContent = said;
    // Before the first ships have come, the list is what the picture has left.
    if (fleet.version && list.due()) list.render(inView(ships));
    selection.moveWith(ships, DRAW_MS);
  }

  function drawPlayed(played) {
    filter.want(played);
    const ships = played.filter((ship) => filter.shows(ship));
    layer.draw(ships);
    element("count").textContent = texts.in_view.replace("{n}", ships.length);
    if (list.due()) list.render(inView(ships));
  }

  function inView(ships) {
    const now = clock.now();
    const bounds = boundsOf(map);
    const found = ships.filter((ship) => holds(bounds, reckon(ship, now)));
    return found.map((ship) => placed(ship, now));
  }

  function tipOf(ship) {
    if (ship.ferry) return lines.tipOf(ship);
    if (ship.warning) return warnings.tipOf(ship);
    if ("density" in ship) return density.tipOf(ship);
    if (ship.count > 1) return texts.cluster.replace("{n}", ship.count);
    directory.want([ship.mmsi]);
    const speed = ship.knots === null ? "" : ` · ${ship.knots.toFixed(0)} kn`;
    const name = directory.nameOf(ship.mmsi) ?? ship.mmsi;
    const crossing = bookable.said(ship.mmsi);
    const next = crossing ? ` · ${texts.card.crossing}: ${crossing}` : "";
    return `${name} · ${texts.types[ship.group] ?? ship.group}${speed}${next}`;
  }

  function showViewport() {
    const bounds = boundsOf(map);
    socket.show({ viewport: viewportOf(bounds), zoom: map.getZoom() });
    // The server goes on sending tiles of the margin without saying them anew.
    fleet.dropTilesOutside(withMargin(bounds));
    writeAddress();
  }

  function writeAddress() {
    const query = new URLSearchParams(location.search);
    filter.writeTo(query);
    replay.writeTo(query);
    weather.writeTo(query);
    density.writeTo(query);
    lines.writeTo(query);
    warnings.writeTo(query);
    query.delete("mmsi");
    if (selection.mmsi === null) query.delete("ship");
    else query.set("ship", selection.mmsi);
    const search = query.size ? `?${query}` : location.pathname;
    history.replaceState(null, "", search + hashOf(map.getZoom(), map.getCenter()));
  }
}

/** Where the processor would draw it, show a picture until somebody is here or the address says more. */
async function pictureUntilWanted(view, texts, list) {
  const named = [...new URLSearchParams(location.search).keys()].some((name) => name !== "lang");
  // Who follows a link to one place, or loads the page anew, is here.
  if (named || location.hash.length > 1 || hasGraphicsCard()) return null;
  const onShips = (count, inView) => {
    element("count").textContent = texts.in_view.replace("{n}", count);
    if (list.due()) list.render(inView);
  };
  const urls = { coastUrl: texts.urls.coarse, socketUrl: socketUrl() };
  const picture = new Picture(element("chart"), { view, clock, onShips, ...urls });
  await somebodyIsHere();
  return picture;
}

function boundsOf(map) {
  const bounds = map.getBounds();
  return {
    south: bounds.getSouth(),
    west: bounds.getWest(),
    north: bounds.getNorth(),
    east: bounds.getEast(),
  };
}

function socketUrl() {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/vessels/live?protocol=${VERSION}`;
}

function showListOnly() {
  mapless.abort();
  document.querySelector(".live-map").classList.add("no-map");
  element("no-webgl").hidden = false;
}
