// The chosen ship: its ring and track on the chart, its card, and whether the map follows it.

import { fillShipCard } from "./ship_card.js";

const NEAR_ZOOM = 8.5;

export class Selection {
  constructor(map, layer, texts) {
    this.map = map;
    this.layer = layer;
    this.texts = texts;
    this.mmsi = null;
    this.following = false;
    this.card = document.getElementById("ship-card");
    this.filters = document.getElementById("filters");
    this.followButton = document.getElementById("follow");
    this.followButton.addEventListener("click", () => this.follow(!this.following));
    document.getElementById("close-card").addEventListener("click", () => this.choose(null));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.choose(null);
    });
    map.on("dragstart", () => this.follow(false));
  }

  /** Show this ship's card and track; null closes the card. */
  async choose(mmsi) {
    this.mmsi = mmsi;
    this.follow(false);
    this.layer.highlight(mmsi);
    this.card.hidden = mmsi === null;
    if (mmsi === null) return;
    this.filters.open = false;
    const track = await fillShipCard(this.card, mmsi, this.texts);
    // Another one may have been chosen meanwhile.
    if (this.mmsi === mmsi && track) this.layer.drawTrack(track);
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
    this.card.focus();
  }

  /** Whether the map moves with the chosen ship. */
  follow(on) {
    this.following = on && this.mmsi !== null;
    this.followButton.setAttribute("aria-pressed", String(this.following));
  }

  /** Move with the chosen ship, if it is among these and is followed. */
  moveWith(ships, durationMs) {
    const ship = this.following && ships.find(({ mmsi }) => mmsi === this.mmsi);
    if (!ship) return;
    const linear = (part) => part;
    this.map.easeTo({ center: [ship.lon, ship.lat], duration: durationMs, easing: linear });
  }
}
