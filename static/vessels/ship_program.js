// What the graphics card holds for ships: two programs, one buffer, the atlas of numbers.

import { FLOATS_PER_SHIP } from "./ship_buffer.js";
import {
  ATTRIBUTES,
  SHIP_FRAGMENT,
  SHIP_VERTEX,
  VECTOR_FRAGMENT,
  VECTOR_VERTEX,
} from "./ship_shader.js";

const FLOAT_BYTES = 4;
const CORNERS = 4;

export class ShipProgram {
  constructor(gl, atlas) {
    this.gl = gl;
    this.ships = compile(gl, SHIP_VERTEX, SHIP_FRAGMENT);
    this.vectors = compile(gl, VECTOR_VERTEX, VECTOR_FRAGMENT);
    this.rows = gl.createBuffer();
    this.count = 0;
    this.roomBytes = 0;
    this.shipArray = attributes(gl, this.ships, this.rows);
    this.vectorArray = attributes(gl, this.vectors, this.rows);
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
    } else {
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, used);
    }
    this.count = buffer.count;
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
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, CORNERS, this.count);
    }
    this.begin(this.ships, this.shipArray, view);
    gl.uniform1f(this.ships.at("u_size"), view.size);
    gl.uniform3fv(this.ships.at("u_outline"), this.outline);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.atlas);
    gl.uniform1i(this.ships.at("u_atlas"), 0);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, CORNERS, this.count);
    gl.bindVertexArray(null);
  }

  free() {
    const { gl } = this;
    for (const { program } of [this.ships, this.vectors]) gl.deleteProgram(program);
    for (const array of [this.shipArray, this.vectorArray]) gl.deleteVertexArray(array);
    gl.deleteBuffer(this.rows);
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

function attributes(gl, { program }, rows) {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, rows);
  let offset = 0;
  for (const [name, floats] of ATTRIBUTES) {
    const place = gl.getAttribLocation(program, name);
    if (place >= 0) {
      const stride = FLOATS_PER_SHIP * FLOAT_BYTES;
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, floats, gl.FLOAT, false, stride, offset * FLOAT_BYTES);
      gl.vertexAttribDivisor(place, 1);
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
