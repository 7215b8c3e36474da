// What the graphics card holds for ships: two programs, one buffer, the atlas of numbers.

import { CORNERS, FLOATS_PER_CORNER, FLOATS_PER_SHIP } from "./ship_buffer.js";
import {
  ATTRIBUTES,
  SHIP_FRAGMENT,
  SHIP_VERTEX,
  VECTOR_FRAGMENT,
  VECTOR_VERTEX,
} from "./ship_shader.js";

const FLOAT_BYTES = 4;
const TWO_TRIANGLES = [0, 1, 2, 2, 1, 3]; // of the corners, row by row

export class ShipProgram {
  constructor(gl, atlas) {
    this.gl = gl;
    this.ships = compile(gl, SHIP_VERTEX, SHIP_FRAGMENT);
    this.vectors = compile(gl, VECTOR_VERTEX, VECTOR_FRAGMENT);
    this.rows = gl.createBuffer();
    this.corners = gl.createBuffer();
    this.count = 0;
    this.roomBytes = 0;
    this.shipArray = attributes(gl, this.ships, this);
    this.vectorArray = attributes(gl, this.vectors, this);
    this.atlas = texture(gl, atlas);
    this.colours = new Float32Array(3 * 18);
    this.outline = [1, 1, 1];
  }

  /** Give the card these ships. */
  load(buffer) {
    const { gl } = this;
    const used = buffer.floats.subarray(0, buffer.count * FLOATS_PER_SHIP);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.rows);
    if (used.byteLength > this.roomBytes) {
      gl.bufferData(gl.ARRAY_BUFFER, buffer.floats, gl.DYNAMIC_DRAW);
      this.roomBytes = buffer.floats.byteLength;
      this.loadCorners(Math.floor(buffer.floats.length / FLOATS_PER_SHIP));
    } else {
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, used);
    }
    this.count = buffer.count;
  }

  loadCorners(ships) {
    const { gl } = this;
    const indices = new Uint32Array(ships * TWO_TRIANGLES.length);
    for (let at = 0; at < indices.length; at++) {
      const ship = Math.floor(at / TWO_TRIANGLES.length);
      indices[at] = ship * CORNERS + TWO_TRIANGLES[at % TWO_TRIANGLES.length];
    }
    gl.bindVertexArray(null); // an array of MapLibre's would take these for its own
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.corners);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.STATIC_DRAW);
  }

  setColours(colours, outline) {
    colours.forEach((colour, index) => this.colours.set(colour, index * 3));
    this.outline = outline;
  }

  /** Draw what was loaded, as it is now, in this view. */
  draw(gl, view) {
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    if (view.vectorSeconds) {
      this.begin(this.vectors, this.vectorArray, view);
      gl.uniform1f(this.vectors.at("u_seconds"), view.vectorSeconds);
      this.drawAll();
    }
    this.begin(this.ships, this.shipArray, view);
    gl.uniform1f(this.ships.at("u_size"), view.size);
    gl.uniform3fv(this.ships.at("u_outline"), this.outline);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.atlas);
    gl.uniform1i(this.ships.at("u_atlas"), 0);
    this.drawAll();
    gl.bindVertexArray(null);
  }

  drawAll() {
    const { gl } = this;
    gl.drawElements(gl.TRIANGLES, this.count * TWO_TRIANGLES.length, gl.UNSIGNED_INT, 0);
  }

  free() {
    const { gl } = this;
    for (const { program } of [this.ships, this.vectors]) gl.deleteProgram(program);
    for (const array of [this.shipArray, this.vectorArray]) gl.deleteVertexArray(array);
    gl.deleteBuffer(this.rows);
    gl.deleteBuffer(this.corners);
    gl.deleteTexture(this.atlas);
  }

  begin({ program, at }, array, { viewport, center, world, now }) {
    const { gl } = this;
    gl.useProgram(program);
    gl.bindVertexArray(array);
    gl.uniform2fv(at("u_viewport"), viewport);
    gl.uniform2fv(at("u_center"), center);
    gl.uniform1f(at("u_world"), world);
    gl.uniform1f(at("u_now"), now);
    gl.uniform3fv(at("u_colours"), this.colours);
  }
}

function compile(gl, vertex, fragment) {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    throw new Error(gl.getProgramInfoLog(program));
  }
  const places = new Map();
  const at = (name) => {
    if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
    return places.get(name);
  };
  return { program, at };
}

function attributes(gl, { program }, { rows, corners }) {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, rows);
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, corners);
  let offset = 0;
  for (const [name, floats] of ATTRIBUTES) {
    const place = gl.getAttribLocation(program, name);
    if (place >= 0) {
      const stride = FLOATS_PER_CORNER * FLOAT_BYTES;
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, floats, gl.FLOAT, false, stride, offset * FLOAT_BYTES);
    }
    offset += floats;
  }
  gl.bindVertexArray(null);
  return array;
}

function texture(gl, canvas) {
  const made = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  gl.bindTexture(gl.TEXTURE_2D, null);
  return made;
}
