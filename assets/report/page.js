"use strict";
// The report's script: reads the JSON in the page and builds every view with DOM calls, so that no name of an image is parsed as markup.
const data = JSON.parse(document.getElementById("data").textContent);

// ---- building blocks ----
function make(tag, attributes, ...children) {
  const svg = tag === "svg" || tag === "g" || tag === "rect" || tag === "text" || tag === "title";
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") for (const [name, call] of Object.entries(value)) element.addEventListener(name, call);
    else if (key === "style") for (const [name, text] of Object.entries(value)) element.style.setProperty(name, text);
    else element.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) if (child !== undefined && child !== null) element.append(child);
  return element;
}
const UNITS = data.binary ? [1024, ["B", "KiB", "MiB", "GiB", "TiB"]] : [1000, ["B", "kB", "MB", "GB", "TB"]];
function size(bytes) {
  const [step, names] = UNITS;
  let value = Math.abs(bytes), unit = 0;
  while (value >= step && unit < names.length - 1) { value /= step; unit += 1; }
  const sign = bytes < 0 ? "\u2212" : "";
  return sign + (unit === 0 ? value.toFixed(0) : value.toFixed(1)) + " " + names[unit];
}
const stored = (layer) => layer.missing ? "unknown" : size(layer.size);
const atLeast = (image, number, text) => !image.least ? text : number ? "≥\u202f" + text : "unknown";
const least = (image, bytes) => atLeast(image, bytes, size(bytes));
// A sum of the files that the page shows: the visible ones, or those of a query.
const leastShown = (bytes) => atLeast(data.selection || data.image, bytes, size(bytes));
// A file that no known layer has may be in a missing one.
const ofFile = (image, bytes) => bytes ? size(bytes) : least(image, 0);
const leastCount = (image, number) => atLeast(image, number, count(number));
const signed = (bytes) => (bytes > 0 ? "+" : "") + size(bytes);
const count = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const percent = (part, all) => (all ? (part / all * 100).toFixed(1).replace("-", "\u2212") : "0.0") + "\u202f%";
const ink = (colour) => { // black or white, whichever contrasts more
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b > .179 ? "#000" : "#fff";
};
const colour = (category) => data.colours[category] || "#888888";
const category = (at) => data.categories[at] ? data.categories[at].name : "";
const swatch = (at) => make("span", { class: "swatch", style: { background: colour(at) }, "aria-hidden": "true" });
function table(caption, heads, rows) {
  return make("table", {}, make("caption", {}, caption),
    make("thead", {}, make("tr", {}, heads.map(([text, number]) => make("th", { scope: "col", class: number ? "number" : undefined }, text)))),
    make("tbody", {}, rows));
}
const cell = (text, number) => make("td", { class: number ? "number" : undefined }, text);

// ---- the tree of paths: parallel columns in pre-order become nodes with their own and their summed bytes ----
function treeOf(columns) {
  const root = { name: "/", path: "/", bytes: 0, children: [], parent: null };
  const stack = [root], files = [];
  columns.names.forEach((name, at) => {
    stack.length = columns.depths[at];
    const parent = stack[stack.length - 1];
    const node = { name, parent, at, children: [], path: (parent === root ? "" : parent.path) + "/" + name, bytes: 0 };
    parent.children.push(node);
    stack.push(node);
    files.push(node);
  });
  return { root, files };
}
function sum(tree, own) { // own(node) → bytes it adds under the query
  tree.root.bytes = 0;
  for (const node of tree.files) node.bytes = own(node);
  for (let at = tree.files.length - 1; at >= 0; at -= 1) tree.files[at].parent.bytes += tree.files[at].bytes;
}

// ---- a squarified treemap (Bruls, Huizing, van Wijk: "Squarified Treemaps", 2000) ----
function squarify(nodes, x, y, width, height) {
  const all = nodes.reduce((total, node) => total + node.bytes, 0), placed = [];
  if (!all || width <= 0 || height <= 0) return placed;
  const scale = width * height / all;
  let at = 0;
  while (at < nodes.length && width > .5 && height > .5) {
    const side = Math.min(width, height);
    let total = 0, end = at, worst = Infinity;
    while (end < nodes.length) {
      const area = total + nodes[end].bytes * scale;
      const ratio = Math.max(side * side * nodes[at].bytes * scale / (area * area), area * area / (side * side * nodes[end].bytes * scale));
      if (ratio > worst) break;
      worst = ratio; total = area; end += 1;
    }
    const thick = total / side;
    let offset = 0;
    for (; at < end; at += 1) {
      const long = nodes[at].bytes * scale / thick;
      placed.push(width < height ? [nodes[at], x + offset, y, long, thick] : [nodes[at], x, y + offset, thick, long]);
      offset += long;
    }
    if (width < height) { y += thick; height -= thick; } else { x += thick; width -= thick; }
  }
  return placed;
}

// ---- state and views ----
const state = { tab: 0, layer: null, category: null, zoom: null, icicle: false, text: "", sort: "bytes", down: true };
const two = data.kind === "comparison";
const tree = treeOf(data.tree);
const main = document.getElementById("view");
const shownBytes = two ? 0 : data.selection ? data.selection.bytes : data.image.visible;
const unlisted = two ? 0 : data.image.files - data.leftOut - data.tree.sizes.filter((bytes) => bytes > 0).length;
// How a hidden file was hidden.
const note = (node) => !two && data.tree.notes && data.tree.notes[node.at] || "";
const own = (node) => {
  if (two) return Math.abs(data.tree.after[node.at] - data.tree.before[node.at]);
  if (state.layer !== null && data.tree.layers[node.at] !== state.layer) return 0;
  if (state.category !== null && data.tree.categories[node.at] !== state.category) return 0;
  return data.tree.sizes[node.at];
};
function query(change) {
  const inMap = document.activeElement && document.activeElement.closest(".map");
  Object.assign(state, change);
  show();
  const first = inMap && document.querySelector(".map g");
  if (first) first.focus();
}
function chips() {
  const chip = (text, change) => make("button", { on: { click: () => query(change) }, "aria-label": "Remove the filter: " + text }, text + "  ✕");
  const all = [];
  if (state.layer !== null) all.push(chip("layer " + (state.layer + 1), { layer: null }));
  if (state.category !== null) all.push(chip(category(state.category), { category: null }));
  return all;
}
function filters() {
  if (two) return make("div", { class: "row" }, make("span", { class: "dim" }, "by path, and by the size of the difference" + data.scope));
  const select = (label, key, options) => make("label", {}, label + " ", make("select", { on: { change: (event) => query({ [key]: event.target.value === "" ? null : Number(event.target.value) }) } },
    make("option", { value: "" }, "all"), options.map(([value, text]) => make("option", { value, selected: state[key] === value }, text))));
  return make("div", { class: "row" },
    select("Layer", "layer", data.layers.map((layer, at) => [at, (at + 1) + "  " + layer.instruction.slice(0, 60)])),
    select("Category", "category", data.categories.map((one, at) => [at, one.name])), chips());
}
function bars(rows, most) {
  return make("table", {}, make("tbody", {}, rows.map(({ at, name, bytes, text, open, note }) => make("tr", {},
    make("th", { scope: "row" }, at === undefined ? null : swatch(at), open ? make("button", { on: { click: open } }, name) : name, note ? make("div", { class: "dim mono" }, note) : null),
    cell(text, true),
    make("td", {}, make("div", { class: "track" }, make("div", { class: "bar", style: { width: Math.max(0, bytes / (most || 1) * 100) + "%", background: at === undefined ? "var(--accent)" : colour(at) } })))))));
}
function overview() {
  const { image } = data;
  const stripe = make("div", { class: "stripe", role: "group", "aria-label": "Layers to scale" }, data.layers.map((layer, at) => {
    let from = 0;
    const stops = layer.categories.map(([one, bytes]) => { const to = from + bytes / (layer.size || 1) * 100; const text = `${colour(one)} ${from}% ${to}%`; from = to; return text; });
    if (stops.length) stops.push(`var(--line) ${from}% 100%`);
    return make("button", { title: `layer ${at + 1}: ${stored(layer)} ${layer.instruction}`, "aria-label": `layer ${at + 1}, ${stored(layer)}, ${layer.instruction}`,
      style: { "flex-grow": String(Math.max(layer.size, image.size / 400)), "flex-basis": "0", background: stops.length ? `linear-gradient(90deg, ${stops.join(", ")})` : "var(--line)" },
      on: { click: () => query({ layer: at, category: null, tab: tabAt("Files") }) } });
  }));
  const most = Math.max(...data.categories.map((one) => one.bytes), 1);
  const selected = (layer) => layer.categories.reduce((sum, [, bytes]) => sum + bytes, 0);
  const [bytesOf, textOf] = data.selection ? [selected, (layer) => layer.missing ? "unknown" : size(selected(layer))] : [(layer) => layer.size, stored];
  const scope = data.selection ? ", selected files" : "";
  const largest = tree.files.filter((node) => data.tree.sizes[node.at]).sort((a, b) => data.tree.sizes[b.at] - data.tree.sizes[a.at]).slice(0, 20);
  return [stripe, make("div", { class: "grid" },
    make("section", {}, make("h2", {}, "By category" + scope), bars(data.categories.map((one, at) => ({ at, name: one.name, bytes: one.bytes, text: leastShown(one.bytes), open: () => query({ category: at, layer: null, tab: tabAt("Files") }) })).filter((one) => one.bytes).sort((a, b) => b.bytes - a.bytes), most)),
    make("section", {}, make("h2", {}, "Savings"), data.savings.length
      ? make("ol", {}, data.savings.slice(0, 8).map((one) => make("li", {}, make("b", {}, one.title), one.bytes ? "  " + size(-one.bytes) : "", make("span", { class: "dim" }, one.layer === null ? "" : "  layer " + (one.layer + 1)))))
      : make("p", {}, none())),
    make("section", {}, make("h2", {}, "By layer" + scope), bars(data.layers.map((layer, at) => ({ name: String(at + 1) + (layer.base ? "  base" : ""), note: layer.instruction.slice(0, 160), bytes: bytesOf(layer), text: textOf(layer), open: () => query({ layer: at, category: null, tab: tabAt("Files") }) })), Math.max(...data.layers.map(bytesOf), 1))),
    make("section", {}, make("h2", {}, "Largest files"), table("of " + atLeast(data.selection || image, image.files, count(image.files)) + (data.selection ? " selected" : "") + " files", [["Size", true], ["Layer", true], ["Path"]],
      largest.map((node) => make("tr", {}, cell(size(data.tree.sizes[node.at]), true), cell(String(data.tree.layers[node.at] + 1), true), make("td", { class: "mono" }, node.path, note(node)))))))];
}
// A folder may have more files in a missing layer, unless only one layer is shown.
const total = (node) => two || state.layer !== null || !node.children.length ? size(node.bytes) : leastShown(node.bytes);
function map() {
  sum(tree, own);
  const at = state.zoom || tree.root;
  const trail = [];
  for (let node = at; node; node = node.parent) trail.unshift(node);
  const crumbs = make("p", { class: "crumbs mono" }, trail.map((node) => [make("button", { on: { click: () => query({ zoom: node }) } }, node === tree.root ? "/" : node.name), node === tree.root || node === at ? "" : "/"]), "  " + total(at));
  const svg = make("svg", { class: "map", viewBox: "0 0 1200 640", preserveAspectRatio: "none", role: "group", "aria-label": "Map of " + at.path + ", areas to scale" });
  let drawn = 0;
  const draw = (node, x, y, width, height) => {
    const leaf = node.at !== undefined && !node.children.length;
    const fill = two ? (data.tree.after[node.at] > data.tree.before[node.at] ? "#c77700" : "#2e8b57") : colour(data.tree.categories[node.at]);
    const text = `${node.path}${note(node)}, ${total(node)}` + (two || !leaf ? "" : `, ${category(data.tree.categories[node.at])}, layer ${data.tree.layers[node.at] + 1}`);
    const zoom = () => { if (node.children.length) query({ zoom: node }); };
    drawn += 1;
    return make("g", { tabindex: "0", role: "button", "aria-label": text, "data-folder": node.children.length > 0, on: { click: (event) => { event.stopPropagation(); zoom(); }, keydown: (event) => { if (event.key === "Enter" && event.target === event.currentTarget) zoom(); } } },
      make("title", {}, text), make("rect", { x, y, width: Math.max(width, 0), height: Math.max(height, 0), fill: leaf ? fill : "var(--panel)" }),
      width > 46 && height > 16 ? make("text", { x: x + 4, y: y + 13, fill: leaf ? ink(fill) : "var(--text)" }, node.name.slice(0, Math.max(1, Math.floor((width - 8) / 7.4)))) : null);
  };
  const fill = (node, x, y, width, height, depth) => {
    const nodes = node.children.filter((child) => child.bytes > 0).sort((a, b) => b.bytes - a.bytes);
    for (const [child, left, top, wide, high] of squarify(nodes, x, y, width, height)) {
      if (wide * high < 24 || drawn > 2500) continue;
      const group = draw(child, left, top, wide, high);
      svg.append(group);
      if (child.children.length && wide > 14 && high > 30 && depth < 12) fill(child, left + 2, top + 17, wide - 4, high - 19, depth + 1);
      else if (child.children.length) heaviest(group, child);
    }
  };
  const heaviest = (group, node) => { // a folder too small to divide takes the colour of its largest file
    let leaf = node;
    while (leaf.children.length) leaf = leaf.children.reduce((a, b) => b.bytes > a.bytes ? b : a);
    const rect = group.querySelector("rect");
    rect.setAttribute("fill", two ? "#777777" : colour(data.tree.categories[leaf.at]));
    const text = group.querySelector("text");
    if (text) text.setAttribute("fill", ink(two ? "#777777" : colour(data.tree.categories[leaf.at])));
  };
  const icicle = (node, x, width, depth) => {
    if (depth > 11 || width < 2 || drawn > 2500) return;
    const group = draw(node, x, depth * 53, width, 52);
    if (node.children.length) heaviest(group, node);
    svg.append(group);
    let left = x;
    for (const child of node.children.filter((one) => one.bytes > 0).sort((a, b) => b.bytes - a.bytes)) {
      const wide = width * child.bytes / node.bytes;
      icicle(child, left, wide, depth + 1);
      left += wide;
    }
  };
  if (state.icicle) icicle(at, 0, 1200, 0); else fill(at, 0, 0, 1200, 640, 0);
  const legend = two ? make("p", {}, make("span", { class: "swatch", style: { background: "#2e8b57" } }), "shrinks  ", make("span", { class: "swatch", style: { background: "#c77700" } }), "grows")
    : make("p", {}, "Colours are categories:  ", data.categories.map((one, place) => one.bytes ? make("span", {}, swatch(place), one.name + "   ") : null));
  const style = (icicleOn, text) => make("button", { "aria-pressed": String(state.icicle === icicleOn), on: { click: () => query({ icicle: icicleOn }) } }, text);
  return [filters(), make("div", { class: "row" }, style(false, "Treemap"), style(true, "Icicle"), at.parent ? make("button", { on: { click: () => query({ zoom: at.parent }) } }, "Zoom out (Esc)") : null), crumbs, svg, legend];
}
const shown = 400;
function files() {
  const bytes = (node) => two ? Math.abs(data.tree.after[node.at] - data.tree.before[node.at]) : data.tree.sizes[node.at];
  const needle = state.text.toLowerCase();
  const glob = needle.includes("*") ? new RegExp("^" + needle.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replace(/\*/g, ".*") + "$") : null;
  const match = (node) => !needle || (glob ? glob.test(node.name.toLowerCase()) || glob.test(node.path.toLowerCase()) : node.path.toLowerCase().includes(needle));
  const list = tree.files.filter((node) => !node.children.length && own(node) > 0 && match(node));
  const keys = { bytes, path: (node) => node.path, layer: (node) => data.tree.layers[node.at], category: (node) => category(data.tree.categories[node.at]), before: (node) => data.tree.before[node.at], after: (node) => data.tree.after[node.at] };
  const key = keys[state.sort];
  list.sort((a, b) => { const [x, y] = [key(a), key(b)]; return (x < y ? -1 : x > y ? 1 : 0) * (state.down ? -1 : 1); });
  const sum = list.reduce((all, node) => all + bytes(node), 0);
  const head = (name, text, number) => make("th", { scope: "col", class: number ? "number" : undefined, "aria-sort": state.sort === name ? (state.down ? "descending" : "ascending") : undefined },
    make("button", { on: { click: () => query({ sort: name, down: state.sort === name ? !state.down : number }) } }, text + (state.sort === name ? (state.down ? " ▾" : " ▴") : "")));
  const heads = two ? [head("before", "Before", true), head("bytes", data.delta, true), head("after", "After", true), head("path", "Path", false)]
    : [head("bytes", "Size", true), head("layer", "Layer", true), head("category", "Category", false), make("th", { scope: "col" }, "Package"), head("path", "Path", false)];
  const row = (node) => two
    ? make("tr", {}, cell(ofFile(data.before, data.tree.before[node.at]), true), make("td", { class: "number " + (data.tree.after[node.at] > data.tree.before[node.at] ? "odd" : "good") }, signed(data.tree.after[node.at] - data.tree.before[node.at])), cell(ofFile(data.after, data.tree.after[node.at]), true), make("td", { class: "mono" }, node.path))
    : make("tr", {}, cell(size(bytes(node)), true), cell(String(data.tree.layers[node.at] + 1), true), make("td", {}, swatch(data.tree.categories[node.at]), category(data.tree.categories[node.at])), cell(data.tree.packages[node.at] < 0 ? "" : data.packages[data.tree.packages[node.at]].name), make("td", { class: "mono" }, node.path, note(node)));
  const body = make("tbody", {}, list.slice(0, shown).map(row));
  const more = make("button", { on: { click: () => { const from = body.children.length; body.append(...list.slice(from, from + 2000).map(row)); if (body.children.length >= list.length) more.remove(); } } }, "Show more");
  const input = make("input", { type: "search", id: "find", value: state.text, placeholder: "name or *.so", "aria-label": "Find files by name or glob", on: { input: (event) => { state.text = event.target.value; show("find"); } } });
  return [filters(), make("div", { class: "row" }, input, make("span", { role: "status" }, `${count(list.length)} files, ${size(sum)}` + (two ? data.scope : " of " + leastShown(shownBytes) + (data.selection ? " selected" : " visible")))),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Files" }, make("table", {}, make("caption", {}, "Files"), make("thead", {}, make("tr", {}, heads)), body)), list.length > shown ? more : null,
    data.leftOut ? make("p", { class: "dim" }, `${count(data.leftOut)} smaller files` + (two ? "" : ", " + size(shownBytes - data.tree.sizes.reduce((sum, bytes) => sum + bytes, 0)) + ",") + " are left out of this page.") : null,
    !two && unlisted ? make("p", { class: "dim" }, `${count(unlisted)} ${unlisted === 1 ? "file" : "files"} without bytes of their own (empty files, links) are not listed.`) : null];
}
function packages() {
  if (two) return [table("Packages that differ", [["Kind"], ["Name"], ["Before"], ["After"], [data.delta, true]], data.packages.map((one) =>
    make("tr", {}, cell(one.kind), cell(one.name), cell(one.before === null ? "" : one.before), cell(one.after === null ? "" : one.after), make("td", { class: "number " + (one.delta > 0 ? "odd" : "good") }, signed(one.delta)))))];
  return [table("Packages that own files: " + leastCount(data.image, data.packages.length), [["Size", true], ["Layer", true], ["Kind"], ["Name"], ["Version"]], data.packages.slice().sort((a, b) => b.bytes - a.bytes).map((one) =>
    make("tr", {}, cell(least(data.image, one.bytes), true), cell(String(one.layer + 1), true), cell(one.kind), cell(one.name), cell(one.version))))];
}
const none = () => "No savings were found" + data.image.scope + ".";
function savings() {
  const cards = data.savings.map((one) => make("article", { class: "card " + one.level },
    make("h2", {}, one.title, one.bytes ? "  " + size(-one.bytes) : "", make("span", { class: "dim" }, "  " + one.id + (one.layer === null ? "" : ", layer " + (one.layer + 1) + (data.layers[one.layer].source ? ", " + data.layers[one.layer].source : "")))),
    make("p", {}, one.why), make("p", { class: "dim" }, one.place + ":"), make("pre", {}, one.lines.join("\n")),
    one.count ? make("details", {}, make("summary", {}, count(one.count) + (one.count === 1 ? " path" : " paths")), make("ul", { class: "mono" }, one.paths.map((path) => make("li", {}, path))), one.count > one.paths.length ? make("p", { class: "dim" }, "and " + count(one.count - one.paths.length) + " more") : null) : null));
  return [make("p", {}, data.savingsBytes ? `${size(data.savingsBytes)}; after all fixes the image has ${least(data.image, data.image.size - data.savingsBytes)}.` : none()), cards];
}
function hidden() {
  return [table(`Hidden: ${least(data.image, data.image.hidden)}, shipped, but no container sees it` + (data.hiddenLeftOut ? `; the ${count(data.hidden.length)} largest of ${count(data.hidden.length + data.hiddenLeftOut)} paths` : ""), [["Size", true], ["Stored in", true], ["Hidden by", true], ["How"], ["Path"]], data.hidden.map((one) =>
    make("tr", {}, cell(size(one.bytes), true), cell(String(one.layer + 1), true), cell(String(one.by + 1), true), cell(one.how), make("td", { class: "mono" }, one.path))))];
}
function layers() {
  const time = ({ before, after }) => [before, after].map((one) => one ? one.time : "").filter(Boolean).join(" → ");
  const timed = two && data.layers.some(time);
  if (two) return [table("Layers, aligned", [["Before"], ["Size", true], ["After"], ["Size", true], ...(timed ? [["Time"]] : []), ["Relation"]], data.layers.map((one) =>
    make("tr", {}, make("td", { class: "mono" }, one.before ? one.before.instruction : ""), cell(one.before ? stored(one.before) : "", true), make("td", { class: "mono" }, one.after ? one.after.instruction : ""), cell(one.after ? stored(one.after) : "", true), timed ? cell(time(one)) : null, cell(one.relation))))];
  return [table("Layers, bottom first", [["Layer", true], ["Size", true], ...data.layerTimes.map(([head]) => [head, true]), ["Compressed", true], ["Hidden", true], ["Instruction"]], data.layers.map((layer, at) =>
    make("tr", {}, cell(String(at + 1), true), cell(stored(layer), true), data.layerTimes.map(([, texts]) => cell(texts[at], true)), cell(layer.compressed === null ? "unknown" : size(layer.compressed), true), cell(layer.missing ? "unknown" : layer.hidden ? size(layer.hidden) : "", true), make("td", { class: "mono" }, layer.base ? make("span", { class: "dim" }, "base  ") : null, layer.instruction, layer.source ? make("div", { class: "dim" }, layer.source) : null))))];
}
function vulnerabilities() {
  return [table(data.vulnerabilities.length + " vulnerabilities", [["Severity"], ["Id"], ["Package"], ["Version"], ["Fixed in"], ["Layer", true], ["Path"]], data.vulnerabilities.map((one) =>
    make("tr", {}, cell(one.severity), cell(one.id), cell(one.package), cell(one.version), cell(one.fixed), cell(one.layer === null ? "" : String(one.layer + 1), true), make("td", { class: "mono" }, one.path))))];
}
function config() {
  const rows = two ? data.config.map((one) => make("tr", {}, make("th", { scope: "row" }, one.field), make("td", { class: "mono" }, one.before === null ? "" : one.before), make("td", { class: "mono" }, one.after === null ? "" : one.after)))
    : data.config.map(([field, text]) => make("tr", {}, make("th", { scope: "row" }, field), make("td", { class: "mono" }, text)));
  return [table("Configuration", two ? [["Field"], ["Before"], ["After"]] : [["Field"], ["Value"]], rows)];
}
function waterfall() {
  const [from, to] = [data.before.size, data.after.size], most = Math.max(from, to, 1);
  let at = from, high = most;
  for (const one of data.waterfall) { at += one.after - one.before; high = Math.max(high, at); }
  const lane = (left, width, colour) => make("div", { class: "lane", "aria-hidden": "true" }, make("i", { style: { left: left / high * 100 + "%", width: width / high * 100 + "%", background: colour } }));
  const rows = [make("b", {}, "before"), make("b", { class: "number" }, least(data.before, from)), lane(0, from, "var(--accent)")];
  at = from;
  for (const one of data.waterfall) {
    const delta = one.after - one.before;
    if (!delta) continue;
    rows.push(make("span", {}, swatch(one.at), one.name), make("span", { class: "number " + (delta > 0 ? "odd" : "good") }, data.exact ? signed(delta) : "unknown"), lane(delta < 0 ? at + delta : at, Math.abs(delta), colour(one.at)));
    at += delta;
  }
  rows.push(make("b", {}, "after"), make("b", { class: "number" }, least(data.after, to)), lane(0, to, "var(--accent)"));
  return [make("h2", {}, "Why: from before to after by category"), make("div", { class: "water" }, rows),
    make("h2", {}, "Files"), make("p", {}, `${count(data.counts.added)} added, ${count(data.counts.removed)} removed, ${count(data.counts.changed)} changed, ${count(data.counts.moved)} moved, ${count(data.counts.same)} the same${data.scope}`)];
}
const tabs = two ? [["Why", waterfall], ["Map", map], ["Files", files], ["Layers", layers], ["Packages", packages], ["Config", config]]
  : [["Overview", overview], ["Map", map], ["Files", files], ["Layers", layers], ["Packages", packages], ["Savings", savings], ["Hidden", hidden]].concat(data.vulnerabilities ? [["Vulnerabilities", vulnerabilities]] : [], [["Config", config]]);
const tabAt = (name) => tabs.findIndex(([title]) => title === name);

function show(focus) {
  const list = document.getElementById("tabs");
  list.replaceChildren(...tabs.map(([name], at) => make("button", { role: "tab", id: "tab" + at, "aria-selected": String(state.tab === at), "aria-controls": "view", tabindex: state.tab === at ? "0" : "-1", on: {
    click: () => query({ tab: at }),
    keydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { query({ tab: (at + step + tabs.length) % tabs.length }); document.getElementById("tab" + state.tab).focus(); }
    } } }, name)));
  main.setAttribute("aria-labelledby", "tab" + state.tab);
  main.replaceChildren(...tabs[state.tab][1]().flat().filter(Boolean));
  if (focus) { const element = document.getElementById(focus); element.focus(); element.setSelectionRange(element.value.length, element.value.length); }
}
function head() {
  const fact = (name, text, kind) => make("li", {}, name + " ", make("b", { class: kind }, text));
  const theme = make("button", { id: "theme", on: { click: () => {
    const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  } } }, "Light or dark");
  const efficiency = (image) => (image.efficiency * 100).toFixed(1) + "\u202f%";
  const unread = (name, image) => image.unread.map((text) => make("p", { class: "odd" }, name + text + "."));
  const facts = two
    ? [fact("before", least(data.before, data.before.size)), fact("after", least(data.after, data.after.size)), fact("Δ", data.exact ? signed(data.after.size - data.before.size) + "  " + percent(data.after.size - data.before.size, data.before.size) : "unknown", data.after.size > data.before.size ? "odd" : "good"), fact("layers", data.before.layers + " → " + data.after.layers), fact("dive’s efficiency", [data.before, data.after].map(efficiency).join(" → ") + data.scope), data.times ? fact(data.times[0], data.times[1] + " → " + data.times[2]) : null]
    : [fact("size", least(data.image, data.image.size)), fact("after all fixes", least(data.image, data.image.size - data.savingsBytes), "good"), fact("visible", least(data.image, data.image.visible)), fact("hidden", least(data.image, data.image.hidden), data.image.hidden ? "odd" : undefined), fact("compressed", data.image.compressed === null ? "unknown" : size(data.image.compressed)), fact("layers", String(data.layers.length)), fact("dive’s efficiency", efficiency(data.image) + data.image.scope), data.image.times.map(([name, text, words]) => fact(name, text + ", " + words))];
  const name = two ? data.before.reference + "  →  " + data.after.reference : data.image.reference;
  document.getElementById("head").append(make("h1", {}, name), make("ul", { class: "facts" }, two ? null : fact("platform", data.image.platform), facts, make("li", {}, theme)), ...(two ? [...unread("before: ", data.before), ...unread("after: ", data.after)] : unread("", data.image)));
  if (data.selection) {
    const { bytes, query } = data.selection;
    document.getElementById("head").append(make("p", {}, make("b", {}, `Selected: ${count(data.image.files)} ${data.image.files === 1 ? "file" : "files"}, ${leastShown(bytes)}`), ` of ${least(data.image, data.image.size)}`, query ? " by " : "", query ? make("code", { class: "mono" }, query) : null, ". Files, map, and the sums by category and layer show these."));
  }
  document.getElementById("foot").append("Written by " + data.tool + ". This page loads nothing from the network.");
}
// A fragment opens a view: report.html#Map.
function open() { const at = tabAt(decodeURIComponent(location.hash.slice(1))); if (at >= 0) query({ tab: at }); }
addEventListener("hashchange", open);
addEventListener("keydown", (event) => { if (event.key === "Escape" && state.tab === tabAt("Map") && state.zoom && state.zoom.parent) query({ zoom: state.zoom.parent }); });
head();
show();
open();
