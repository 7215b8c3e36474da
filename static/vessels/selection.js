// The chosen ship: its ring and track on the chart, its card, and whether the map follows it.

import { reckon } from "./reckoning.js";
import { ShipCard } from "./ship_card.js";

const NEAR_ZOOM = 8.5;
const CLUSTER_STEP = 2;
// A card so much of the map's width lies across it, as on a phone; a narrower one lies beside.
const ACROSS = 0.7;

export class Selection {
  /**
   * `onChange(mmsi)` is called with the chosen ship's number, null for none; `bookable.line(mmsi)`
   * is what its card says of a crossing to book.
   */
  constructor(map, layer, texts, { bookable, onChange }) {
    this.map = map;
    this.layer = layer;
    this.onChange = onChange;
    this.mmsi = null;
    this.following = false;
    this.element = document.getElementById("ship-card");
    this.card = new ShipCard(this.element, texts, {
      crossingOf: (mmsi) => bookable.line(mmsi),
      onTrack: (track) => layer.drawTrack(track),
      onDetail: (ship) => {
        this.position = ship.position;
        layer.directory.learn(ship);
      },
    });
    this.filters = document.getElementById("filters");
    this.followButton = this.element.querySelector("[data-card=follow]");
    this.followButton.addEventListener("click", () => this.follow(!this.following));
    const close = this.element.querySelector("[data-card=close]");
    close.addEventListener("click", () => this.choose(null));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.choose(null);
    });
    map.on("dragstart", () => this.follow(false));
  }

  /** Take a click: on a ship it chooses it, on a cluster it goes nearer, on water it closes. */
  async click(ship) {
    if (ship && ship.count > 1) {
      const zoom = this.map.getZoom() + CLUSTER_STEP;
      this.map.easeTo({ center: [ship.lon, ship.lat], zoom });
      return;
    }
    await this.choose(ship?.mmsi ?? null, ship?.key);
  }

  /** Show this ship's card and track; null closes the card. */
  async choose(mmsi, key = mmsi) {
    this.mmsi = mmsi;
    this.key = key;
    this.position = null;
    this.follow(false);
    this.layer.highlight(key);
    this.onChange(mmsi);
    if (mmsi !== null) this.filters.open = false;
    await this.card.show(mmsi);
    if (this.mmsi === mmsi) this.keepInSight();
  }

  /** Move the map when the card covers its ship. */
  keepInSight() {
    if (!this.position) return;
    const chart = this.map.getContainer().getBoundingClientRect();
    const { x, y } = this.map.project([this.position.lon, this.position.lat]);
    const card = this.element.getBoundingClientRect();
    if (!covers(card, chart.left + x, chart.top + y)) return;
    this.map.easeTo({
      center: [this.position.lon, this.position.lat],
      offset: freeMiddle(card, chart),
    });
  }

  /** Where a followed ship stands, off the map's middle: in the middle of what the card leaves. */
  offset() {
    const chart = this.map.getContainer().getBoundingClientRect();
    return freeMiddle(this.element.getBoundingClientRect(), chart);
  }

  /** Move the map to this ship and choose it; a ship nobody has heard of changes nothing. */
  async goTo(mmsi) {
    const response = await fetch(`/api/v1/vessels/${mmsi}`);
    if (!response.ok) return;
    const { position } = await response.json();
    if (position) {
      const zoom = Math.max(this.map.getZoom(), NEAR_ZOOM);
      this.map.jumpTo({ center: [position.lon, position.lat], zoom });
    }
    await this.choose(mmsi);
    this.element.focus();
  }

  /** Whether the map moves with the chosen ship. */
  follow(on) {
    this.following = on && this.mmsi !== null;
    this.followButton.setAttribute("aria-pressed", String(this.following));
  }

  /** Move with the chosen ship: as the map has it, else (far out) as its card has it. */
  moveWith(ships, durationMs) {
    if (!this.following) return;
    // By key: another ship may report under the same number.
    const ship = ships.find(({ key, count }) => key === this.key && count <= 1);
    const place = ship ? reckon(ship, this.layer.clock.now()) : this.position;
    if (!place) return;
    const linear = (part) => part;
    this.map.easeTo({
      center: [place.lon, place.lat],
      offset: this.offset(),
      duration: durationMs,
      easing: linear,
    });
  }
}

/** Whether a point lies under a box, or nearly. Pure. */
export function covers(box, x, y) {
  const near = 24;
  return (
    box.width > 0 &&
    x > box.left - near &&
    x < box.right + near &&
    y > box.top - near &&
    y < box.bottom + near
  );
}

/** By how many pixels the middle of what a card leaves free is off the map's middle. Pure. */
export function freeMiddle(card, chart) {
  if (card.width === 0) return [0, 0];
  if (card.width > ACROSS * chart.width) return [0, (card.top - chart.bottom) / 2];
  const isAtRight = card.left - chart.left > chart.right - card.right;
  return [isAtRight ? (card.left - chart.right) / 2 : (card.right - chart.left) / 2, 0];
}
