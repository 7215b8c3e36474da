// The chosen ship: its ring and track on the chart, its card, and whether the map follows it.

import { reckon } from "./reckoning.js";
import { ShipCard } from "./ship_card.js";

const NEAR_ZOOM = 8.5;
const CLUSTER_STEP = 2;

export class Selection {
  /** `onChange(mmsi)` is called with the chosen ship's number, null for none. */
  constructor(map, layer, texts, onChange) {
    this.map = map;
    this.layer = layer;
    this.onChange = onChange;
    this.mmsi = null;
    this.following = false;
    this.element = document.getElementById("ship-card");
    this.card = new ShipCard(this.element, texts, {
      onTrack: (track) => layer.drawTrack(track),
      onDetail: ({ position }) => {
        this.position = position;
      },
    });
    this.filters = document.getElementById("filters");
    this.followButton = document.getElementById("follow");
    this.followButton.addEventListener("click", () => this.follow(!this.following));
    document.getElementById("close-card").addEventListener("click", () => this.choose(null));
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
    this.position = null;
    this.follow(false);
    this.layer.highlight(key);
    this.onChange(mmsi);
    if (mmsi !== null) this.filters.open = false;
    await this.card.show(mmsi);
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
    const ship = ships.find(({ mmsi, count }) => mmsi === this.mmsi && count <= 1);
    const place = ship ? reckon(ship, this.layer.clock.now()) : this.position;
    if (!place) return;
    const linear = (part) => part;
    this.map.easeTo({ center: [place.lon, place.lat], duration: durationMs, easing: linear });
  }
}
