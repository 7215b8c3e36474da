// The graphics card's programs for ships: it sails them on and draws each as one rectangle.

export const ATTRIBUTES = [
  // name, how many floats
  ["a_place", 2],
  ["a_pace", 2],
  ["a_times", 2],
  ["a_look", 4], // heading, colour, shape, opacity
  ["a_hull", 4], // half length, half beam, middle ahead and to starboard of the antenna
  ["a_cell", 1],
];

const HEAD = `#version 300 es
precision highp float;
uniform vec2 u_viewport;   // pixels
uniform vec2 u_center;     // of the view, from the buffer's anchor, in worlds
uniform float u_world;     // pixels
uniform float u_now;       // seconds since the buffer was filled
in vec2 a_place; in vec2 a_pace; in vec2 a_times; in vec4 a_look; in vec4 a_hull; in float a_cell;
vec2 here() {
  float sailed = max(0.0, min(u_now, a_times.y) - a_times.x);
  return (a_place + a_pace * sailed - u_center) * u_world;
}
vec4 clip(vec2 pixels) {
  return vec4(pixels.x * 2.0 / u_viewport.x, -pixels.y * 2.0 / u_viewport.y, 0.0, 1.0);
}
`;

export const SHIP_VERTEX = `${HEAD}
uniform float u_size;      // half a symbol, pixels
out vec2 v_at; out float v_soft; out vec2 v_cell;
flat out int v_colour; flat out int v_shape; flat out float v_opacity; flat out vec2 v_slender;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float((gl_VertexID >> 1) & 1)) * 2.0 - 1.0;
  int shape = int(a_look.z + 0.5);
  vec2 half_size = vec2(u_size);
  vec2 middle = vec2(0.0);
  if (shape == 0) {
    half_size = vec2(0.62, 1.0) * u_size;
    if (a_hull.x * u_world > u_size) {
      half_size = max(a_hull.yx * u_world, vec2(3.0));  // else there is nothing but its outline
      middle = vec2(a_hull.w, -a_hull.z) * u_world;
    }
  } else if (shape == 1) {
    half_size *= 0.6;
  } else if (shape == 2) {
    half_size = vec2(15.0, 11.0);
  } else {
    half_size = vec2(max(17.0, a_hull.x * u_world + 6.0));
  }
  vec2 offset = middle + corner * (half_size + 1.5);
  if (shape == 0) {
    float s = sin(a_look.x), c = cos(a_look.x);
    offset = vec2(offset.x * c - offset.y * s, offset.x * s + offset.y * c);
  }
  v_at = corner * (half_size + 1.5) / half_size;
  v_soft = 1.0 / min(half_size.x, half_size.y);
  v_slender = half_size * v_soft;
  v_cell = vec2(mod(a_cell, 16.0), floor(a_cell / 16.0));
  v_colour = int(a_look.y + 0.5); v_shape = shape; v_opacity = a_look.w;
  gl_Position = clip(here() + offset);
}`;

export const SHIP_FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 u_colours[18];
uniform vec3 u_outline;
uniform sampler2D u_atlas;
in vec2 v_at; in float v_soft; in vec2 v_cell;
flat in int v_colour; flat in int v_shape; flat in float v_opacity; flat in vec2 v_slender;
out vec4 colour;
// Distance outside a hull whose bow is up, in half beams: its outline is as wide at the stern as at
// the side.
float hull(vec2 at) {
  float ahead = -at.y;
  float half_beam = ahead > 0.25 ? sqrt(max(0.0, (1.0 - ahead) / 0.75)) : 1.0;
  half_beam = ahead < -0.6 ? 1.0 - (-ahead - 0.6) * 0.5 : half_beam;
  vec2 outside = (vec2(abs(at.x), abs(ahead)) - vec2(half_beam, 1.0)) * v_slender;
  return max(outside.x, outside.y);
}
void main() {
  vec3 fill = u_colours[v_colour];
  float edge = 1.1 * v_soft;
  if (v_shape == 3) {
    float off = abs(length(v_at) - 0.88);
    float alpha = 1.0 - smoothstep(edge, edge * 1.8, off);
    colour = vec4(fill, 1.0) * max(alpha, length(v_at) < 0.88 ? 0.14 : 0.0);
    return;
  }
  float outside = v_shape == 0 ? hull(v_at)
    : v_shape == 1 ? length(v_at) - 1.0
    : length(max(abs(v_at) - vec2(0.45, 0.0), 0.0) / vec2(0.55, 1.0)) - 1.0;
  float alpha = 1.0 - smoothstep(-v_soft * 0.5, v_soft, outside);
  if (alpha <= 0.0) discard;
  vec3 shown = mix(fill, u_outline, smoothstep(-edge - v_soft, -edge, outside));
  if (v_shape == 2) {
    vec2 inside = v_at * 0.5 + 0.5;
    vec2 uv = (v_cell + clamp(inside, 0.02, 0.98)) / vec2(16.0, 24.0);
    shown = mix(shown, vec3(1.0), texture(u_atlas, uv).a);
  }
  float opacity = alpha * v_opacity;
  colour = vec4(shown * opacity, opacity);
}`;

export const VECTOR_VERTEX = `${HEAD}
uniform float u_seconds;   // how far ahead the line shows
flat out int v_colour; flat out float v_opacity;
void main() {
  vec2 along = a_pace * u_seconds * u_world;
  float far = length(along);
  vec2 side = far > 0.0 ? vec2(-along.y, along.x) / far : vec2(0.0);
  float end = float((gl_VertexID >> 1) & 1);
  float edge = float(gl_VertexID & 1) * 2.0 - 1.0;
  bool alone = int(a_look.z + 0.5) < 2 && far > 8.0;
  v_colour = int(a_look.y + 0.5); v_opacity = a_look.w * 0.8;
  gl_Position = alone ? clip(here() + along * end + side * edge) : vec4(2.0, 2.0, 0.0, 1.0);
}`;

export const VECTOR_FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 u_colours[18];
flat in int v_colour; flat in float v_opacity;
out vec4 colour;
void main() { colour = vec4(u_colours[v_colour], 1.0) * v_opacity; }`;
