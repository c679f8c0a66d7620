"use strict";
/* The map, the time slider and the list of events. Text from data is set as text, never as markup. No address is loaded. */
(() => {
  const byId = (id) => document.getElementById(id);

  document.addEventListener("click", (click) => {
    const button = click.target.closest("button.copy");
    if (!button) return;
    const from = button.parentElement.querySelector("p");
    const done = () => { button.textContent = "Copied"; setTimeout(() => { button.textContent = "Copy as text"; }, 1500); };
    const byHand = () => {
      const range = document.createRange();
      range.selectNodeContents(from);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      if (document.execCommand("copy")) done();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(from.textContent).then(done, byHand); else byHand();
  });

  if (!byId("data")) return;
  const data = JSON.parse(byId("data").textContent);
  const FACTS = new Set(["loiter"]);
  const events = data.events.map(([kind, start, end, lat, lon, endLat, endLon, chance, title, short, ships, drawn, id]) => (
    { kind: data.kinds[kind], sort: kind, start, end, lat, lon, endLat, endLon, chance, title, short, ships, drawn, id,
      words: `${ships} ${id} ${title}`.toLowerCase(), rank: FACTS.has(data.kinds[kind]) ? -1 : chance }));
  const first = events.reduce((least, event) => Math.min(least, event.start), Infinity);
  const last = events.reduce((most, event) => Math.max(most, event.end ?? event.start), -Infinity) + 1;
  const byChance = [...events].sort((a, b) => b.rank - a.rank || a.start - b.start);
  const byTime = events;
  const articles = new Map([...document.querySelectorAll("template[data-event]")].map((one) => [one.dataset.event, one]));

  /* Time in words. */
  const two = (number) => String(number).padStart(2, "0");
  const clock = (minute) => {
    const at = new Date(minute * 60000);
    return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  };
  const span = (event) => {
    if (event.end === null) return `${clock(event.start)}, still open`;
    const [from, to] = [clock(event.start), clock(event.end)];
    return from.slice(0, 10) === to.slice(0, 10) ? `${from} to ${to.slice(11)}` : `${from} to ${to}`;
  };

  /* Marks: one shape and one colour a kind. */
  let colours = {};
  const readColours = () => {
    const style = getComputedStyle(document.documentElement);
    for (const word of ["ink", "soft", "paper", "sea", "land", "shore", "grid", "rule", "link", "hole", ...data.kinds]) {
      colours[word] = style.getPropertyValue(`--${word}`).trim() || "#777";
    }
  };
  const SHAPES = {
    encounter: (c, x, y, r) => { c.moveTo(x - r, y - r); c.lineTo(x + r, y + r); c.moveTo(x + r, y - r); c.lineTo(x - r, y + r); },
    gap: (c, x, y, r) => { c.moveTo(x + r, y); c.arc(x, y, r, 0, 2 * Math.PI); },
    identity: (c, x, y, r) => { c.moveTo(x, y - r * 1.3); c.lineTo(x + r * 1.3, y); c.lineTo(x, y + r * 1.3); c.lineTo(x - r * 1.3, y); c.closePath(); },
    spoofing: (c, x, y, r) => { c.moveTo(x, y - r * 1.3); c.lineTo(x + r * 1.2, y + r); c.lineTo(x - r * 1.2, y + r); c.closePath(); },
    call: (c, x, y, r) => { c.rect(x - r, y - r, 2 * r, 2 * r); },
    loiter: (c, x, y, r) => { c.moveTo(x + r * 0.45, y); c.arc(x, y, r * 0.45, 0, 2 * Math.PI); },
  };
  const FILLED = new Set(["loiter"]);
  const shape = (kind) => SHAPES[kind] || SHAPES.call;
  const mark = (canvas, kind) => {
    const ratio = devicePixelRatio || 1;
    canvas.width = canvas.height = 18 * ratio;
    const c = canvas.getContext("2d");
    c.scale(ratio, ratio);
    c.beginPath();
    shape(kind)(c, 9, 9, 5);
    c.strokeStyle = c.fillStyle = colours[kind] || colours.ink;
    c.lineWidth = 2;
    if (FILLED.has(kind)) c.fill(); else c.stroke();
  };

  /* What is asked for. */
  const boxes = [...document.querySelectorAll(".kinds input")];
  const windows = [["all time", 0], ["6 hours", 360], ["1 day", 1440], ["3 days", 4320], ["7 days", 10080], ["30 days", 43200]];
  for (const [name, minutes] of windows) {
    if (minutes < last - first) byId("window").add(new Option(name, minutes));
  }
  const asked = { kinds: new Set(), from: first, until: last, words: "", shown: 100 };
  let wanted = [];
  let listed = [];
  let chosen = null;
  const readAsked = () => {
    asked.kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.kind));
    const length = Number(byId("window").value);
    const free = Math.max(last - first - length, 0);
    asked.from = length ? first + Math.round(free * byId("when").value / 1000) : first;
    asked.until = length ? asked.from + length : last;
    byId("span").textContent = `${clock(asked.from)} to ${clock(asked.until)} UTC`;
    asked.words = byId("search").value.trim().toLowerCase();
  };
  const fits = (event) => asked.kinds.has(event.kind) && (!asked.words || event.words.includes(asked.words));
  const active = (event) => event.start <= asked.until && (event.end ?? last) >= asked.from;
  const refresh = () => {
    readAsked();
    listed = (byId("sort").value === "time" ? byTime : byChance).filter((event) => fits(event) && active(event));
    wanted = byChance.filter((event) => fits(event) && active(event) && event.lat !== null).reverse();
    asked.shown = 100;
    drawList();
    drawHistogram();
    drawSoon();
  };

  /* The list. */
  const row = (event) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.id = event.id;
    const sign = document.createElement("canvas");
    mark(sign, event.kind);
    const part = (style, text) => {
      const one = document.createElement("span");
      one.className = style;
      const inner = document.createElement("bdi");
      inner.textContent = text;
      one.append(inner);
      return one;
    };
    button.append(sign, part("what", event.title), part("chance", event.short),
      part("rest", `${event.ships} · ${span(event)}${event.lat === null ? " · not located" : ""}`));
    item.append(button);
    return item;
  };
  const drawList = () => {
    byId("events").replaceChildren(...listed.slice(0, asked.shown).map(row));
    const left = listed.length - asked.shown;
    byId("more").hidden = left <= 0;
    byId("more").textContent = `Show ${Math.min(left, 100)} more`;
    byId("found").textContent = listed.length === events.length ? `${events.length.toLocaleString("en")} events`
      : `${listed.length.toLocaleString("en")} of ${events.length.toLocaleString("en")} events`;
  };
  const choose = (event, { move = true, focus = true } = {}) => {
    chosen = event;
    byId("list").hidden = Boolean(event);
    byId("one").hidden = !event;
    history.replaceState(null, "", event ? `#${event.id}` : " ");
    drawSoon();
    if (!event) return;
    const at = listed.indexOf(event);
    byId("previous").disabled = at <= 0;
    byId("next").disabled = at < 0 || at >= listed.length - 1;
    const article = articles.get(event.id);
    if (article) byId("article").replaceChildren(article.content.cloneNode(true)); else byId("article").replaceChildren(brief(event));
    byId("one").closest(".right").scrollTop = 0;
    if (move && event.lat !== null) bringIn(event);
    if (focus) byId("article").querySelector("h2").focus({ preventScroll: innerWidth > 900 });
  };
  const brief = (event) => {
    const part = document.createElement("article");
    const lines = [["h2", event.title], ["p", event.ships], ["p", `${span(event)} UTC`], ["p", event.short],
      ["p", "No tracks are drawn for this event on this page, to keep the file small. For its own page:"],
      ["code", `darkwake events STORE --out one.html --event ${event.id}`]];
    for (const [tag, text] of lines) {
      const one = document.createElement(tag);
      one.textContent = text;
      if (tag === "h2") one.tabIndex = -1;
      part.append(one);
    }
    return part;
  };

  /* The map: Mercator, longitudes counted on from the west side of the first view. */
  const map = byId("map");
  const pen = map.getContext("2d");
  const northing = (lat) => Math.asinh(Math.tan(Math.max(-84, Math.min(84, lat)) * Math.PI / 180)) * 180 / Math.PI;
  const latitude = (north) => Math.atan(Math.sinh(north * Math.PI / 180)) * 180 / Math.PI;
  const home = data.box;
  const turned = (lon) => home ? home[0] + ((lon - home[0]) % 360 + 360) % 360 : lon;
  for (const event of events) {
    if (event.lat === null) continue;
    event.x = turned(event.lon);
    event.y = northing(event.lat);
    if (event.endLat !== null) {
      event.x2 = event.x + (((event.endLon - event.lon) % 360 + 540) % 360 - 180);
      event.y2 = northing(event.endLat);
    }
  }
  const ground = new Path2D();
  for (const steps of data.land) {
    let [x, y] = [0, 0];
    for (let k = 0; k < steps.length; k += 2) {
      x += steps[k] / 10000;
      y += steps[k + 1] / 10000;
      if (k) ground.lineTo(x, northing(y)); else ground.moveTo(x, northing(y));
    }
    ground.closePath();
  }
  const view = { x: 0, y: 0, scale: 1, width: 1, height: 1 };
  const across = (x) => (x - view.x) * view.scale + view.width / 2;
  const down = (y) => (view.y - y) * view.scale + view.height / 2;
  const showAll = () => {
    if (!home) {
      const told = document.createElement("p");
      told.className = "none";
      told.textContent = "None of these events has a position, so there is no map of them.";
      map.closest(".map").replaceChildren(told);
      return;
    }
    const [west, south, east, north] = [home[0], northing(home[1]), home[2], northing(home[3])];
    view.x = (west + east) / 2;
    view.y = (south + north) / 2;
    view.scale = Math.min(view.width / (east - west), (view.height - 24) / (north - south));
    drawSoon();
  };
  const size = () => {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [map.clientWidth, map.clientHeight];
    const before = view.width;
    view.width = width;
    view.height = height;
    map.width = width * ratio;
    map.height = height * ratio;
    if (before === 1) showAll();
    drawSoon();
    drawHistogram();
  };
  const zoom = (by, x = view.width / 2, y = view.height / 2) => {
    const scale = Math.max(Math.min(view.width / 360, view.height / 330), Math.min(view.scale * by, 4e6));
    view.x += (x - view.width / 2) * (1 / view.scale - 1 / scale);
    view.y -= (y - view.height / 2) * (1 / view.scale - 1 / scale);
    view.scale = scale;
    drawSoon();
  };
  const pan = (dx, dy) => {
    view.x -= dx / view.scale;
    view.y += dy / view.scale;
    if (home) {
      const middle = (home[0] + home[2]) / 2;
      while (view.x > middle + 180) view.x -= 360;
      while (view.x < middle - 180) view.x += 360;
    }
    view.y = Math.max(-170, Math.min(170, view.y));
    drawSoon();
  };
  const bringIn = (event) => {
    const near = [-360, 0, 360].map((turn) => event.x + turn).sort((a, b) => Math.abs(a - view.x) - Math.abs(b - view.x))[0];
    const [x, y] = [across(near), down(event.y)];
    if (x < 20 || y < 20 || x > view.width - 50 || y > view.height - 40) {
      view.x = near;
      view.y = event.y;
    }
  };
  let waiting = false;
  const drawSoon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  };
  const [westmost, southmost, eastmost, northmost] = data.ground || home || [0, 0, 0, 0];
  const turns = () => {
    const half = view.width / 2 / view.scale;
    return [-360, 0, 360].filter((turn) => westmost + turn <= view.x + half && eastmost + turn >= view.x - half);
  };
  const draw = () => {
    if (!home) return;
    const ratio = devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    /* Beyond the box whose coast came with the page there is neither land nor sea. */
    pen.fillStyle = colours.hole;
    pen.fillRect(0, 0, view.width, view.height);
    for (const turn of turns()) {
      const [left, top] = [across(westmost + turn), down(northing(northmost))];
      pen.fillStyle = colours.sea;
      pen.fillRect(left, top, across(eastmost + turn) - left, down(northing(southmost)) - top);
      pen.save();
      pen.translate(across(turn), down(0));
      pen.scale(view.scale, -view.scale);
      pen.fillStyle = colours.land;
      pen.fill(ground, "evenodd");
      pen.lineWidth = 0.7 / view.scale;
      pen.strokeStyle = colours.shore;
      pen.stroke(ground);
      pen.restore();
    }
    graticule();
    drawMarks();
    drawBar();
  };
  /* Each kind's mark is drawn once and stamped; of marks of a kind that would cover each other the likeliest is stamped. */
  const stamps = new Map();
  const stamp = (kind, small) => {
    const ratio = devicePixelRatio || 1;
    const name = `${kind} ${small} ${ratio} ${colours[kind]}`;
    if (!stamps.has(name)) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 20 * ratio;
      const c = canvas.getContext("2d");
      c.scale(ratio, ratio);
      c.beginPath();
      shape(kind)(c, 10, 10, small);
      c.strokeStyle = c.fillStyle = colours[kind] || colours.ink;
      c.globalAlpha = FILLED.has(kind) ? 0.65 : 0.95;
      c.lineWidth = 1.7;
      if (FILLED.has(kind)) c.fill(); else c.stroke();
      stamps.set(name, canvas);
    }
    return stamps.get(name);
  };
  const CELL = 4;
  const drawMarks = () => {
    const small = wanted.length > 3000 ? 3.8 : wanted.length > 600 ? 4.4 : 5.2;
    const images = data.kinds.map((kind) => stamp(kind, small));
    const wide = Math.ceil(view.width / CELL) + 8;
    const taken = data.kinds.map(() => new Uint8Array(wide * (Math.ceil(view.height / CELL) + 8)));
    const drawn = [];
    const around = turns();
    for (let k = wanted.length - 1; k >= 0; k -= 1) {
      const event = wanted[k];
      for (const turn of around) {
        const [x, y] = [across(event.x + turn), down(event.y)];
        if (x < -9 || y < -9 || x > view.width + 9 || y > view.height + 9) continue;
        const cell = Math.floor(y / CELL + 3) * wide + Math.floor(x / CELL + 3);
        if (taken[event.sort][cell]) continue;
        taken[event.sort][cell] = 1;
        drawn.push(x, y, event.sort);
      }
    }
    for (let k = drawn.length - 3; k >= 0; k -= 3) pen.drawImage(images[drawn[k + 2]], drawn[k] - 10, drawn[k + 1] - 10, 20, 20);
    if (!chosen || chosen.lat === null) return;
    for (const turn of turns()) {
      const [x, y] = [across(chosen.x + turn), down(chosen.y)];
      pen.strokeStyle = colours.ink;
      pen.lineWidth = 2;
      if (chosen.x2 !== undefined) {
        pen.setLineDash([2, 4]);
        pen.beginPath();
        pen.moveTo(x, y);
        pen.lineTo(across(chosen.x2 + turn), down(chosen.y2));
        pen.stroke();
        pen.setLineDash([]);
      }
      pen.beginPath();
      pen.arc(x, y, 12, 0, 2 * Math.PI);
      pen.stroke();
    }
  };
  const minutes = (value, positive, negative) => {
    const hundredths = Math.round(Math.abs(value) * 6000);
    return `${Math.floor(hundredths / 6000)}°${(hundredths % 6000 / 100).toFixed(2).padStart(5, "0")}′ ${value >= 0 ? positive : negative}`;
  };
  const wrap = (lon) => ((lon + 180) % 360 + 360) % 360 - 180;
  const graticule = () => {
    const steps = [1 / 60, 1 / 30, 1 / 12, 1 / 6, 0.5, 1, 2, 5, 10, 20, 30];
    const step = steps.find((one) => one * view.scale >= 110) || 30;
    const name = (value, positive, negative) => {
      const whole = Math.floor(Math.abs(value) + 1e-6);
      const rest = Math.round((Math.abs(value) - whole) * 60);
      return `${whole}°${rest ? `${two(rest)}′` : ""} ${value >= 0 ? positive : negative}`;
    };
    pen.strokeStyle = colours.grid;
    pen.fillStyle = colours.soft;
    pen.lineWidth = 0.5;
    pen.font = "11px sans-serif";
    pen.beginPath();
    const [west, east] = [view.x - view.width / 2 / view.scale, view.x + view.width / 2 / view.scale];
    for (let k = Math.ceil(west / step); k * step <= east; k += 1) {
      const x = across(k * step);
      pen.moveTo(x, 0);
      pen.lineTo(x, view.height);
      pen.fillText(name(wrap(k * step), "E", "W"), x + 3, 12);
    }
    const [south, north] = [latitude(view.y - view.height / 2 / view.scale), latitude(view.y + view.height / 2 / view.scale)];
    for (let k = Math.ceil(south / step); k * step <= north; k += 1) {
      const y = down(northing(k * step));
      pen.moveTo(0, y);
      pen.lineTo(view.width, y);
      if (y > 24) pen.fillText(name(k * step, "N", "S"), 4, y - 3);
    }
    pen.stroke();
  };
  const drawBar = () => {
    const perMetre = view.scale / 111195 / Math.cos(latitude(view.y) * Math.PI / 180);
    const bars = [1e6, 5e5, 2e5, 1e5, 5e4, 2e4, 1e4, 5e3, 2e3, 1e3, 500, 200, 100, 50, 20, 10];
    const metres = bars.find((one) => one * perMetre <= view.width * 0.22) || 10;
    const [x, y, width] = [10, view.height - 36, metres * perMetre];
    pen.fillStyle = colours.paper;
    pen.globalAlpha = 0.8;
    pen.fillRect(x - 5, y - 18, Math.max(width, 60) + 10, 25);
    pen.globalAlpha = 1;
    pen.fillStyle = colours.ink;
    pen.fillRect(x, y, width, 3);
    pen.font = "12px sans-serif";
    pen.fillText(metres < 1000 ? `${metres} m` : `${metres / 1000} km`, x, y - 4);
  };
  const under = (x, y) => {
    const found = [];
    for (const event of wanted) {
      for (const turn of turns()) {
        const far = Math.hypot(across(event.x + turn) - x, down(event.y) - y);
        if (far < 13) found.push([event, far]);
      }
    }
    return found.sort((a, b) => b[0].rank - a[0].rank || a[1] - b[1]).map(([event]) => event);
  };

  /* Pointers and keys on the map. */
  const held = new Map();
  let moved = 0;
  let apart = 0;
  const inMap = (pointer) => { const frame = map.getBoundingClientRect(); return [pointer.clientX - frame.left, pointer.clientY - frame.top]; };
  map.addEventListener("pointerdown", (pointer) => { map.setPointerCapture(pointer.pointerId); held.set(pointer.pointerId, inMap(pointer)); moved = 0; apart = 0; });
  map.addEventListener("pointermove", (pointer) => {
    const [x, y] = inMap(pointer);
    const before = held.get(pointer.pointerId);
    if (!before) { tell(x, y); return; }
    held.set(pointer.pointerId, [x, y]);
    moved += Math.abs(x - before[0]) + Math.abs(y - before[1]);
    if (held.size === 1) { pan(x - before[0], y - before[1]); return; }
    const [a, b] = [...held.values()];
    const now = Math.hypot(a[0] - b[0], a[1] - b[1]);
    if (apart) zoom(now / apart, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
    apart = now;
  });
  const release = (pointer) => {
    const was = held.delete(pointer.pointerId);
    apart = 0;
    if (!was || moved > 6 || held.size || pointer.type !== "pointerup") return;
    const here = under(...inMap(pointer));
    if (here.length) choose(here[(here.indexOf(chosen) + 1) % here.length], { move: false });
  };
  map.addEventListener("pointerup", release);
  map.addEventListener("pointercancel", release);
  map.addEventListener("wheel", (wheel) => { wheel.preventDefault(); zoom(Math.exp(-wheel.deltaY * 0.0016), ...inMap(wheel)); }, { passive: false });
  const tell = (x, y) => {
    const here = under(x, y);
    map.classList.toggle("over", here.length > 0);
    const lat = latitude(view.y - (y - view.height / 2) / view.scale);
    const at = `${minutes(lat, "N", "S")} ${minutes(wrap(view.x + (x - view.width / 2) / view.scale), "E", "W")}`;
    byId("at").textContent = here.length ? `${here[0].title}: ${here[0].ships}${here.length > 1 ? ` (and ${here.length - 1} more here; click again for the next)` : ""}` : at;
  };
  map.addEventListener("keydown", (key) => {
    const step = 60;
    const moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (moves[key.key]) pan(...moves[key.key]);
    else if (key.key === "+" || key.key === "=") zoom(1.5);
    else if (key.key === "-") zoom(1 / 1.5);
    else if (key.key === "0") showAll();
    else return;
    key.preventDefault();
  });
  byId("in").addEventListener("click", () => zoom(1.6));
  byId("out").addEventListener("click", () => zoom(1 / 1.6));
  byId("home").addEventListener("click", showAll);

  /* Time: how many events were going on, and the window. */
  const drawHistogram = () => {
    const canvas = byId("histogram");
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const c = canvas.getContext("2d");
    c.scale(ratio, ratio);
    const bins = Math.max(20, Math.floor(width / 5));
    const counts = new Float64Array(bins + 1);
    const bin = (minute) => Math.min(bins - 1, Math.floor((minute - first) / (last - first) * bins));
    for (const event of events) {
      if (!fits(event)) continue;
      counts[bin(event.start)] += 1;
      counts[bin(event.end ?? last) + 1] -= 1;
    }
    for (let k = 1; k < bins; k += 1) counts[k] += counts[k - 1];
    const most = Math.max(1, ...counts.slice(0, bins));
    const room = height - 16;
    const [x0, x1] = [asked.from, asked.until].map((minute) => (minute - first) / (last - first) * width);
    c.fillStyle = colours.hole;
    c.fillRect(x0, 0, Math.max(x1 - x0, 2), room);
    c.fillStyle = colours.link;
    for (let k = 0; k < bins; k += 1) c.fillRect(k * width / bins, room - counts[k] / most * (room - 3), width / bins - 0.6, counts[k] / most * (room - 3));
    c.fillStyle = colours.soft;
    c.font = "11px sans-serif";
    c.fillText(clock(first).slice(0, 10), 0, height - 3);
    c.textAlign = "center";
    c.fillText(`events going on; tallest bar: ${most}`, width / 2, height - 3);
    c.textAlign = "right";
    c.fillText(clock(last).slice(0, 10), width, height - 3);
  };
  let playing = 0;
  const stop = () => { clearInterval(playing); playing = 0; byId("play").textContent = "Play"; byId("play").setAttribute("aria-pressed", "false"); };
  byId("play").addEventListener("click", () => {
    if (playing) { stop(); return; }
    ensureWindow();
    byId("play").textContent = "Pause";
    byId("play").setAttribute("aria-pressed", "true");
    if (Number(byId("when").value) >= 1000) byId("when").value = 0;
    playing = setInterval(() => {
      byId("when").value = Number(byId("when").value) + 5;
      refresh();
      if (Number(byId("when").value) >= 1000) stop();
    }, 120);
  });

  /* All together. */
  for (const box of boxes) box.addEventListener("change", refresh);
  const ensureWindow = () => {
    const choices = [...byId("window").options].slice(1);
    if (Number(byId("window").value) || !choices.length) return;
    byId("window").value = (choices.findLast((one) => Number(one.value) <= (last - first) / 8) || choices[0]).value;
  };
  byId("when").addEventListener("input", () => { ensureWindow(); refresh(); });
  byId("window").addEventListener("change", () => { if (Number(byId("window").value) === 0) stop(); refresh(); });
  byId("search").addEventListener("input", refresh);
  byId("sort").addEventListener("change", refresh);
  byId("more").addEventListener("click", () => { const at = asked.shown; asked.shown += 100; drawList(); byId("events").children[at].firstChild.focus(); });
  byId("events").addEventListener("click", (click) => {
    const button = click.target.closest("button[data-id]");
    if (button) choose(listed.find((event) => event.id === button.dataset.id));
  });
  const back = () => { const id = chosen?.id; choose(null); const button = [...byId("events").querySelectorAll("button")].find((one) => one.dataset.id === id); (button || byId("search")).focus(); };
  byId("back").addEventListener("click", back);
  const step = (by) => { const next = listed[listed.indexOf(chosen) + by]; if (next) choose(next); };
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("one").addEventListener("keydown", (key) => { if (key.key === "Escape") back(); });
  const paint = () => { readColours(); for (const canvas of document.querySelectorAll("canvas[data-mark]")) mark(canvas, canvas.dataset.mark); refresh(); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  new ResizeObserver(size).observe(map);
  paint();
  const linked = events.find((event) => `#${event.id}` === location.hash);
  if (linked) choose(linked, { focus: false });
})();
