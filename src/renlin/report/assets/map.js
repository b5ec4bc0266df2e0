/* The map that opens from disk. The page holds everything: data, library, words; nothing is
   fetched. Without WebGL, library or scripts the static map stays. */
"use strict";
(() => {
const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent), word = data.words;
const css = getComputedStyle(document.documentElement);
const ink = name => css.getPropertyValue("--" + name).trim();
const CLASSES = [1, 2, 3].flatMap(r => [1, 2, 3].map(c => `r${r}c${c}`));
const SHARP = 2; // pixels drawn per pixel of the map, for signs and names
const say = text => { $("says").textContent = text; };
const still = reason => { $("why").textContent = reason; $("why").hidden = false; };

function library(then) {
  const held = $("library");
  if (!held) return still(word.no_library);
  const probe = document.createElement("canvas");
  if (!(probe.getContext("webgl2") || probe.getContext("webgl"))) return still(word.no_webgl);
  const script = document.createElement("script");
  script.onload = then;
  script.onerror = () => still(word.no_webgl);
  script.src = URL.createObjectURL(new Blob([held.textContent], {type: "text/javascript"}));
  document.head.append(script);
}

/* Views: a service and a group, or everybody. */
const view = () => `${$("service").value}|${$("group").value}`;
function classed() {
  const now = view(), at = data.views.indexOf(now);
  for (const f of data.layers.units.features) f.properties.now = f.properties.by[now] || "few";
  for (const f of data.layers.reach.features) f.properties.now = at < 0 ? 0 : +f.properties.states[at];
}
function counted() {
  const n = {};
  for (const f of data.layers.units.features) n[f.properties.now] = (n[f.properties.now] || 0) + 1;
  for (const cell of document.querySelectorAll("[data-class]")) cell.textContent = n[cell.dataset.class] || 0;
  const everybody = $("group").value === "all";
  $("poor").textContent = everybody ? word.poor_all : word.poor_group;
  $("no-reach").hidden = data.views.includes(view()) || everybody;
  for (const cell of document.querySelectorAll("td[data-unit]")) {
    const f = data.layers.units.features.find(one => one.properties.unit === cell.dataset.unit);
    cell.textContent = f ? data.classes[f.properties.now] : "";
  }
}

/* Signs and names are drawn here: no glyph server, no font file. */
function painted(wide, high, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(wide * SHARP); canvas.height = Math.ceil(high * SHARP);
  const pen = canvas.getContext("2d");
  pen.scale(SHARP, SHARP);
  draw(pen);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
function named(text, weight, colour) {
  const font = `${weight} 13px ${ink("font")}`;
  const measure = document.createElement("canvas").getContext("2d");
  measure.font = font;
  return painted(measure.measureText(text).width + 8, 20, pen => {
    pen.font = font; pen.lineJoin = "round"; pen.lineWidth = 3.5;
    pen.strokeStyle = ink("m-ground"); pen.strokeText(text, 4, 15);
    pen.fillStyle = colour; pen.fillText(text, 4, 15);
  });
}
const SIGNS = {
  pin: (pen, n) => { disc(pen, 11, 11, 9, ink("ink"), "#fff"); centred(pen, n, "#fff"); },
  site: (pen, n) => { disc(pen, 11, 11, 8.6, "#fff", ink("green")); centred(pen, n, ink("green-dark")); },
  clash: (pen, n) => { turned(pen, 9.6, "#fff", ink("ink")); centred(pen, n, ink("ink")); },
  place: pen => { square(pen, 9, ink("green"), "#fff"); pen.strokeStyle = "#fff"; pen.lineWidth = 2;
    pen.beginPath(); pen.moveTo(5, 11); pen.lineTo(11, 6); pen.lineTo(17, 11); pen.stroke();
    pen.fillStyle = "#fff"; pen.fillRect(8, 11.5, 6, 5); },
  open: pen => { square(pen, 6.4, ink("ink"), "#fff"); pen.strokeStyle = "#fff"; pen.lineWidth = 1.6;
    pen.strokeRect(8.6, 9, 4.8, 9); },
  locked: pen => { square(pen, 6.4, "#fff", ink("ink")); pen.strokeStyle = ink("ink"); pen.lineWidth = 1.7;
    pen.beginPath(); pen.moveTo(7, 7); pen.lineTo(15, 15); pen.moveTo(15, 7); pen.lineTo(7, 15); pen.stroke(); },
};
function disc(pen, x, y, r, fill, edge) {
  pen.beginPath(); pen.arc(x, y, r, 0, 7); pen.fillStyle = fill; pen.fill();
  pen.lineWidth = 2; pen.strokeStyle = edge; pen.stroke();
}
function square(pen, half, fill, edge) {
  pen.fillStyle = fill; pen.fillRect(11 - half, 11 - half, 2 * half, 2 * half);
  pen.lineWidth = 1.8; pen.strokeStyle = edge; pen.strokeRect(11 - half, 11 - half, 2 * half, 2 * half);
}
function turned(pen, r, fill, edge) {
  pen.beginPath(); pen.moveTo(11, 11 - r); pen.lineTo(11 + r, 11); pen.lineTo(11, 11 + r); pen.lineTo(11 - r, 11);
  pen.closePath(); pen.fillStyle = fill; pen.fill(); pen.lineWidth = 1.8; pen.strokeStyle = edge; pen.stroke();
}
function centred(pen, text, colour) {
  pen.font = `700 11px ${ink("font")}`; pen.textAlign = "center"; pen.fillStyle = colour; pen.fillText(text || "", 11, 15);
}
function image(id) {
  const [kind, ...rest] = id.split(":"), told = rest.join(":");
  if (kind === "hatch") return painted(8, 8, pen => {
    pen.fillStyle = "#fff"; pen.fillRect(0, 0, 8, 8); pen.strokeStyle = ink("unknown-line"); pen.lineWidth = 1.4;
    pen.beginPath(); for (const x of [-8, 0, 8]) { pen.moveTo(x, 8); pen.lineTo(x + 8, 0); } pen.stroke(); });
  if (kind === "dots") return painted(8, 8, pen => {
    pen.fillStyle = "#fff"; pen.fillRect(0, 0, 8, 8); disc(pen, 4, 4, .5, ink("ink-3"), ink("ink-3")); });
  if (kind === "name") return named(told, 700, ink("ink"));
  if (kind === "quiet") return named(told, 400, "#3E5A38");
  if (kind === "way") return named(`${told} ${word.metre}`, 700, ink("green-dark"));
  return SIGNS[kind] ? painted(22, 22, pen => SIGNS[kind](pen, told)) : null;
}

/* Layers of the style, from below; `of` names the switch each belongs to. */
const is = (name, value) => ["==", ["get", name], value];
const byClass = (of, other) => ["match", ["get", "now"], ...CLASSES.flatMap(c => [c, of(c)]), other];
const icon = (of, source, what, more = {}) => ({of, type: "symbol", source, layout: {
  "icon-image": what, "icon-allow-overlap": true, ...more}});
const line = (of, source, paint, filter, layout = {}) => ({of, type: "line", source,
  paint, layout: {"line-join": "round", ...layout}, ...(filter ? {filter} : {})});
const area = (of, source, paint, filter) => ({of, type: "fill", source, paint, ...(filter ? {filter} : {})});
const grown = full => ["interpolate", ["linear"], ["zoom"], 14, ["*", .25, full], 17, full];
const served = () => is("service", $("service").value);
function drawn() {
  const wide = (near, far) => ["interpolate", ["exponential", 2], ["zoom"], 13, near, 20, far];
  return [
    area("", "spaces", {"fill-color": ["match", ["get", "kind"], "open", ink("m-open"), "#E9EFE4"]}),
    line("", "spaces", {"line-color": ["match", ["get", "kind"], "safe", ink("green"), "green", ink("m-green-line"), ink("m-plain-line")],
      "line-width": ["match", ["get", "kind"], "safe", 2, .8]}),
    line("", "ways", {"line-color": "#D9D2C3", "line-width": wide(4, 72)}, is("kind", "road"), {"line-cap": "round"}),
    line("", "ways", {"line-color": "#fff", "line-width": ["interpolate", ["exponential", 2], ["zoom"], 13,
      ["match", ["get", "kind"], "road", 3, "lane", 1.6, 1], 20, ["match", ["get", "kind"], "road", 68, "lane", 36, 20]]},
      null, {"line-cap": "round"}),
    area("", "plain", {"fill-color": ink("m-plain"), "fill-outline-color": ink("m-plain-line")}),
    area("heat", "heat", {"fill-color": ["match", ["get", "class"], 2, ink("risk-2"), 3, ink("risk-3"), 4, ink("risk-4"), ink("risk-5")],
      "fill-opacity": .85}),
    line("heat", "units", {"line-color": ink("ink"), "line-width": .6}),
    area("units", "units", {"fill-color": byClass(c => ink("bv-" + c), "#fff")}, ["!", ["in", ["get", "now"], ["literal", ["unknown", "few"]]]]),
    area("units", "units", {"fill-pattern": "hatch"}, is("now", "unknown")),
    area("units", "units", {"fill-pattern": "dots"}, is("now", "few")),
    line("units", "units", {"line-color": "#fff", "line-width": grown(4.8)}, ["in", ["get", "now"], ["literal", ["r3c2", "r3c3"]]]),
    line("units", "units", {"line-color": ink("ink"), "line-width": grown(byClass(c => parseFloat(ink("bv-out-" + c.slice(2))), .6))},
      ["!=", ["get", "now"], "unknown"]),
    line("units", "units", {"line-color": ink("unknown-line"), "line-width": grown(1.4), "line-dasharray": [3, 2]}, is("now", "unknown")),
    line("reach", "reach", {"line-color": "#fff", "line-width": 5.5}, [">", ["get", "now"], 0]),
    line("reach", "reach", {"line-color": ink("green"), "line-width": 3}, is("now", 2)),
    line("reach", "reach", {"line-color": ink("green"), "line-width": 2.6, "line-dasharray": [1.2, 1.2]}, is("now", 1)),
    line("circles", "circles", {"line-color": ink("ink"), "line-width": 1.6, "line-dasharray": [.6, 2.2]}, served(), {"line-cap": "round"}),
    line("paper", "paper", {"line-color": ink("ink"), "line-width": grown(1.8), "line-dasharray": [2.6, 1.6], "line-offset": grown(-3)}, served()),
    line("walked", "walked", {"line-color": "#fff", "line-width": 6.5}, served(), {"line-cap": "round"}),
    line("walked", "walked", {"line-color": ink("green-dark"), "line-width": 3.4}, served(), {"line-cap": "round"}),
    line("gaps", "inferred", {"line-color": ink("ink-2"), "line-width": 1.6, "line-dasharray": [2, 2]}),
    line("gaps", "gaps", {"line-color": ink("ink"), "line-width": 3, "line-dasharray": [1, 1]}, is("state", "open")),
    line("gaps", "gaps", {"line-color": ink("ink-2"), "line-width": 2, "line-dasharray": [2, 2]}, is("state", "bridged")),
    {...icon("names", "names", ["concat", ["match", ["get", "kind"], "building", "name:", "quiet:"], ["get", "place"]],
      {"icon-allow-overlap": false, "icon-padding": 1,
      "icon-anchor": ["match", ["get", "kind"], "building", "bottom", "center"]}), minzoom: data.names_from},
    icon("gates", "gates", ["concat", ["get", "kind"], ":"]),
    icon("sites", "sites", ["concat", "site:", ["to-string", ["coalesce", ["get", "step"], "+"]]]),
    icon("contradictions", "contradictions", ["concat", "clash:", ["to-string", ["get", "n"]]]),
    icon("facilities", "facilities", "place:"),
    icon("points", "pins", ["concat", "pin:", ["to-string", ["get", "number"]]]),
    icon("walked", "walked", ["concat", "way:", ["to-string", ["get", "metres"]]],
      {"icon-allow-overlap": false, "symbol-placement": "line-center", "icon-rotation-alignment": "viewport"}),
  ].map((one, i) => ({...one, id: `${one.of || "ground"}-${one.source}-${i}`}));
}

let map, layers = [];
const onMap = one => !one.of || Boolean($("layer-" + one.of) && $("layer-" + one.of).checked);
function style() {
  const sources = {};
  for (const [name, own] of Object.entries(data.layers)) sources[name] = {type: "geojson", data: own};
  sources.pins = {type: "geojson", data: middles(data.layers.points)};
  layers = drawn();
  return {version: 8, sources, layers: [
    {id: "paper-ground", type: "background", paint: {"background-color": ink("m-ground")}},
    ...layers.map(({of, ...one}) => ({...one, layout: {...one.layout, visibility: onMap({of}) ? "visible" : "none"}}))]};
}
function box(geometry) {
  const found = [180, 90, -180, -90];
  (function walk(c) {
    if (typeof c[0] === "number") { found[0] = Math.min(found[0], c[0]); found[1] = Math.min(found[1], c[1]);
      found[2] = Math.max(found[2], c[0]); found[3] = Math.max(found[3], c[1]); } else c.forEach(walk);
  })(geometry.coordinates);
  return found;
}
function middle(geometry) { const [w, s, e, n] = box(geometry); return [(w + e) / 2, (s + n) / 2]; }
function middles(own) {
  return {type: "FeatureCollection", features: own.features.map(f => ({...f,
    geometry: {type: "Point", coordinates: middle(f.geometry)}}))};
}

/* What is told of a place: from the map, the list, the search. */
const TOLD = {
  units: p => [p.place, p.says[$("service").value] || data.classes.few, data.classes[p.now]],
  points: p => [`${p.number} ${p.place}`, `${word.risk} ${p.risk}`, `${word.unserved} ${p.unserved}`, p.cause, p.fix],
  paper: p => [p.place, p.service_name, `${word.straight} ${p.straight}`, `${word.walked} ${p.walk}`, p.time, p.people, p.cause],
  gaps: p => [p.place, p.state_name, p.people],
  contradictions: p => [p.place, p.kinds, p.rules, p.people, p.clauses],
  sites: p => [p.place, p.service_name, p.when, `${word.gain} ${p.gain}`],
  facilities: p => [p.place, p.service_name, p.holds, p.radius && `${word.radius} ${p.radius}`],
  gates: p => [p.place, p.says],
};
const tell = (name, p) => say(TOLD[name](p).filter(Boolean).join(" · "));
const full = (name, p) => data.layers[name].features.find(f =>
  Object.keys(p).every(k => typeof f.properties[k] === "object" || f.properties[k] === p[k])).properties;
function show(name, feature) {
  if ($("layer-" + name) && !$("layer-" + name).checked) { $("layer-" + name).checked = true; switched(name); }
  tell(name, feature.properties);
  if (map) map.fitBounds(box(feature.geometry), {padding: 140, maxZoom: 18.5,
    animate: !matchMedia("(prefers-reduced-motion: reduce)").matches});
}
const bare = text => text.replace(/\s/g, "").toLowerCase();
function searched() {
  const wanted = bare($("search").value);
  if (!wanted) return;
  const places = data.layers.names.features.filter(f => f.properties.kind === "building");
  const hit = places.find(f => bare(f.properties.place) === wanted) || places.find(f => bare(f.properties.place).startsWith(wanted))
    || places.find(f => bare(f.properties.place).includes(wanted));
  if (!hit) return say(word.not_found);
  const [x, y] = hit.geometry.coordinates;
  const near = data.layers.units.features.filter(f => bare(f.properties.place).startsWith(bare(hit.properties.place)));
  say(near.length ? near.map(f => f.properties.says[$("service").value] || f.properties.place).join("；") : hit.properties.place);
  if (map) map.jumpTo({center: [x, y], zoom: Math.max(map.getZoom(), 17.5)});
}
function switched(of) {
  if (of === "heat" && $("layer-heat").checked) $("layer-units").checked = false;
  if (of === "units" && $("layer-units").checked && $("layer-heat")) $("layer-heat").checked = false;
  if (map) for (const one of layers) map.setLayoutProperty(one.id, "visibility", onMap(one) ? "visible" : "none");
}
function changed() {
  classed(); counted();
  if (data.views.includes(view()) && $("layer-reach") && !$("layer-reach").checked) { $("layer-reach").checked = true; switched("reach"); }
  if ($("group").value !== "all") say(word.group_view);
  if (!map) return;
  for (const name of ["units", "reach"]) map.getSource(name).setData(data.layers[name]);
  for (const one of layers) if (["circles", "paper", "walked"].includes(one.source) && one.type === "line") map.setFilter(one.id, served());
}
function live() {
  $("live").hidden = false;
  map = new maplibregl.Map({container: "live", style: style(), bounds: data.bounds, fitBoundsOptions: {padding: 36},
    locale: data.locale, attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false,
    maxZoom: 21, canvasContextAttributes: {preserveDrawingBuffer: true, antialias: true}});
  map.touchZoomRotate.disableRotation(); map.keyboard.disableRotation();
  map.addControl(new maplibregl.NavigationControl({showCompass: false}), "top-right");
  map.addControl(new maplibregl.ScaleControl({unit: "metric", maxWidth: 140}), "bottom-right");
  map.on("styleimagemissing", e => { const made = image(e.id); if (made) map.addImage(e.id, made, {pixelRatio: SHARP}); });
  map.on("error", e => { $("live").dataset.error = String(e.error && e.error.message); });
  map.on("click", e => {
    const hit = map.queryRenderedFeatures(e.point, {layers: layers.filter(one => TOLD[one.source] || one.source === "pins").map(one => one.id)})[0];
    if (hit) { const name = hit.source === "pins" ? "points" : hit.source; tell(name, full(name, hit.properties)); }
  });
  map.once("load", () => { map.resize(); $("live").classList.add("ready"); $("still").classList.add("covered"); });
  map.on("idle", () => {
    const seen = {};
    for (const f of map.queryRenderedFeatures()) (seen[f.source] = seen[f.source] || new Set()).add(JSON.stringify(f.properties));
    $("live").dataset.drawn = JSON.stringify(Object.fromEntries(Object.entries(seen).map(([k, v]) => [k, v.size])));
  });
}

document.addEventListener("securitypolicyviolation", e => { document.documentElement.dataset.refused = e.blockedURI; });
for (const box of document.querySelectorAll("input[data-layer]")) box.addEventListener("change", () => switched(box.dataset.layer));
for (const id of ["service", "group"]) $(id).addEventListener("change", changed);
$("search").addEventListener("change", searched);
document.addEventListener("click", e => {
  const at = e.target.closest("button[data-at]");
  if (at) { const [name, i] = at.dataset.at.split("/"); show(name, data.layers[name].features[+i]); $("map").scrollIntoView({block: "nearest"}); }
});
document.addEventListener("keydown", e => {
  if (e.key === "/" && !/INPUT|SELECT|TEXTAREA/.test(e.target.tagName)) { e.preventDefault(); $("search").focus(); }
});
classed(); counted();
library(() => { try { live(); } catch (error) { $("live").hidden = true; $("live").dataset.error = String(error); map = undefined; still(word.no_webgl); } });
})();
