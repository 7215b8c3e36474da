// How a single ship is drawn on a small chart: a hull for those that point somewhere, a disc for those that do not.

import { palette } from "./palette.js";
import { GROUP_COLOURS } from "./ship_colours.js";

const SIZE_PX = 44;
const SHAPES = { hull, disc };

/** The name of a ship's image. */
export function iconOf(ship) {
  return `${ship.directed ? "hull" : "disc"}-${ship.group}`;
}

/** Give the map its images, in the present colour scheme. */
export function addShipIcons(map) {
  for (const [group, colour] of Object.entries(GROUP_COLOURS)) {
    for (const [name, shape] of Object.entries(SHAPES)) {
      const id = `${name}-${group}`;
      if (map.hasImage(id)) map.removeImage(id);
      map.addImage(id, picture(colour, shape), { pixelRatio: 2 });
    }
  }
}

function picture(colour, shape) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE_PX;
  const pen = canvas.getContext("2d");
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.fillStyle = colour;
  pen.strokeStyle = palette().ring;
  pen.beginPath();
  shape(pen, SIZE_PX);
  pen.closePath();
  pen.stroke();
  pen.fill();
  return pen.getImageData(0, 0, SIZE_PX, SIZE_PX);
}

function hull(pen, size) {
  const middle = size / 2;
  pen.moveTo(middle, 3);
  pen.quadraticCurveTo(middle + 9, 13, middle + 8, 22);
  pen.lineTo(middle + 7, size - 5);
  pen.quadraticCurveTo(middle, size - 9, middle - 7, size - 5);
  pen.lineTo(middle - 8, 22);
  pen.quadraticCurveTo(middle - 9, 13, middle, 3);
}

function disc(pen, size) {
  pen.arc(size / 2, size / 2, 8, 0, Math.PI * 2);
}
