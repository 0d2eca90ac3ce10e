/* Search and filters. The site works without; nothing is kept, nothing leaves this site. */
"use strict";
(() => {
  const input = document.getElementById("q");
  if (!input || !window.fetch) return;
  const root = input.dataset.root, top = input.dataset.top;
  const kept = new Map();
  const load = (path) => {
    if (!kept.has(path)) {
      kept.set(path, fetch(path).then((answer) => {
        if (!answer.ok) throw new Error(path);
        return answer.json();
      }).catch((error) => { kept.delete(path); throw error; }));
    }
    return kept.get(path);
  };
  const words = () => load(root + "zoek/woorden.json");
  const names = () => load(top + "zoek/straten.json");
  const say = (text, n, q) => text.replace("{n}", n).replace("{q}", q);
  const count = (w, pair, n) => say(pair[n === 1 ? 0 : 1], n.toLocaleString(w.locale));
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  /* Reading: accents, apostrophes, ij and y do not matter. */
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "")
    .replace(/['’`´.]/g, "").replace(/ĳ|ij|ÿ/g, "y").replace(/[^a-z0-9]+/g, " ").trim()
    .replace(/\bst (?=\S)/g, "sint ");
  const plain = (number) => fold(number).replace(/ /g, "");
  /* One letter wrong, missing, too many or two swapped; `word` may be the start of `name`. */
  const near = (word, name) => {
    let i = 0;
    while (i < word.length && word[i] === name[i]) i += 1;
    if (i === word.length) return true;
    const rest = (from, to) => name.startsWith(word.slice(from), to);
    return rest(i + 1, i + 1) || rest(i + 1, i) || rest(i, i + 1) ||
      (word[i] === name[i + 1] && word[i + 1] === name[i] && rest(i + 2, i + 2));
  };
  const prepare = (index) => {
    if (index.ready) return index;
    index.folded = index.places.map(([name]) => fold(name));
    index.list = index.streets.map(([name, slug, place, rows, bucket]) => {
      const text = fold(name);
      return { name, slug: slug || name.toLowerCase().replaceAll(" ", "-"), place, rows, bucket, text, parts: text.split(" ") };
    });
    index.placeParts = index.folded.map((text) => text.split(" "));
    index.ready = true;
    return index;
  };
  /* What was asked: words of a street or place, and from the first number on a house number. */
  const read = (query) => {
    const parts = fold(query).split(" ").filter(Boolean);
    let at = parts.findIndex((part, i) => i > 0 && /^\d/.test(part));
    if (at < 0) return { words: parts, number: "" };
    const tail = parts.slice(at);
    const number = [tail.shift()];
    while (tail.length && /^(\d.*|[a-z]|bis|ter|hs|huis|zw|rd|ong)$/.test(tail[0])) number.push(tail.shift());
    return { words: parts.slice(0, at).concat(tail), number: number.join("") };
  };
  const score = (asked, parts, text) => {
    if (text === asked) return 0;
    if (parts.some((part) => part === asked)) return 1;
    if (parts.some((part) => part.startsWith(asked))) return 2;
    if (asked.length > 2 && text.replace(/ /g, "").includes(asked)) return 3;
    if (asked.length > 3 && parts.some((part) => near(asked, part))) return 8;
    return 99;
  };
  const match = (index, asked) => {
    const found = [];
    const whole = asked.words.join(" ");
    if (!whole) return found;
    for (const street of index.list) {
      let total = 0, ofStreet = false;
      if (street.text === whole) { ofStreet = true; } else if (street.text.startsWith(whole)) {
        total = 1; ofStreet = true;
      } else {
        for (const word of asked.words) {
          const own = score(word, street.parts, street.text);
          const place = score(word, index.placeParts[street.place], index.folded[street.place]);
          if (own <= place && own < 99) ofStreet = true;
          total += Math.min(own, place) + 0.5;
        }
        if (asked.words.length > 1 && asked.words.join("").length > 3 &&
            near(asked.words.join(""), street.text.replace(/ /g, ""))) { total = Math.min(total, 8); ofStreet = true; }
      }
      if (total < 90 && ofStreet) found.push([total, street]);
    }
    found.sort((a, b) => a[0] - b[0] || b[1].rows - a[1].rows || (a[1].text < b[1].text ? -1 : 1));
    return found;
  };
  const placesFor = (index, asked) => {
    const whole = asked.words.join(" ");
    if (!whole || asked.number) return [];
    const found = index.folded.map((text, place) => [
      text.startsWith(whole) ? 0 : Math.max(...asked.words.map((w) => score(w, index.placeParts[place], text))), place]);
    return found.filter(([points]) => points < 99).sort((a, b) => a[0] - b[0]).map(([points, place]) => ({ place, points }));
  };
  /* The rows of streets; all streets of one name stand in one file, so many streets cost few files. */
  const rowsOf = async (streets, most) => {
    const files = [...new Set(streets.map((street) => street.bucket))].slice(0, most);
    const wanted = new Set(streets.map((street) => `${street.place}/${street.text}`));
    const parts = await Promise.all(files.map((file) => load(`${top}zoek/straat/${file}.json`)));
    return parts.flatMap(({ rows }) => rows.filter((row) => wanted.has(`${row[3]}/${fold(row[1])}`)));
  };
  const streetsOf = (found) => found.map(([, street]) => street);
  const byNumber = (rows, number) => {
    if (!number) return rows;
    const exact = rows.filter((row) => plain(row[2]) === number);
    return exact.length ? exact : rows.filter((row) => plain(row[2]).startsWith(number));
  };
  const address = (row) => (row[2] ? `${row[1]} ${row[2]}` : row[1]);
  const wentTo = (w, row) => {
    if (row[12] === null) return "";
    const first = say(row[8] === 1 ? w.lottery : w.rank, row[12].toLocaleString(w.locale));
    if (row[8] !== 0 || row[13] === null) return first;
    return `${first}, ${row[13] === 0 ? w.no_year : count(w, w.years, row[13])}`;
  };

  /* The suggestions under every search field. */
  const form = input.form;
  const list = make("ul", { id: "voorstellen", role: "listbox", "aria-label": input.placeholder, hidden: "" });
  const status = make("p", { class: "hide", role: "status" });
  form.append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "voorstellen" }))
    input.setAttribute(name, value);
  let active = -1, turn = 0;
  const close = () => {
    list.hidden = true; active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (to) => {
    const options = [...list.children];
    active = (to + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  };
  const suggest = async () => {
    const mine = ++turn, query = input.value;
    if (query.trim().length < 2 || !fold(query)) { close(); return; }
    try {
      const [w, index] = await Promise.all([words(), names().then(prepare)]);
      const asked = read(query), found = match(index, asked), options = [];
      for (const { place, points } of placesFor(index, asked).slice(0, 2))
        if (points < 8) options.push([index.places[place][0], w.place, `${root}woningen/${index.places[place][1]}/`]);
      const dwelling = (row) =>
        options.push([`${address(row)}, ${index.places[row[3]][0]}`, w.outcomes[row[9]][1], `${root}woning/${row[0]}.html`]);
      const exact = found.length && found[0][1].text === asked.words.join(" ");
      if (asked.number) {
        const best = streetsOf(found.filter(([points]) => points === found[0][0]));
        byNumber(await rowsOf(best, 3), asked.number).slice(0, 8).forEach(dwelling);
      } else if (exact) {
        for (const street of streetsOf(found.slice(0, 3))) {
          options.push([`${street.name}, ${index.places[street.place][0]}`,
            count(w, w.adverts, street.rows), `${root}woningen/${index.places[street.place][1]}/straat/${street.slug}/`]);
          (await rowsOf([street], 1)).slice(0, 4).forEach(dwelling);
        }
      }
      if (asked.number ? !options.length : !exact) {
        for (const [, street] of found.slice(0, 7)) {
          const [name, slug] = index.places[street.place];
          options.push([`${street.name}, ${name}`, count(w, w.adverts, street.rows), `${root}woningen/${slug}/straat/${street.slug}/`]);
        }
      }
      if (mine !== turn) return;
      const shown = options.slice(0, 8);
      list.replaceChildren(...shown.map(([text, note, href], i) => {
        const option = make("li", { role: "option", id: `voorstel-${i}`, "aria-selected": "false", "data-href": href }, text, make("span", {}, note));
        return option;
      }));
      active = -1;
      status.textContent = shown.length ? count(w, w.suggestions, shown.length) : w.no_suggestions;
      list.hidden = !shown.length;
      input.setAttribute("aria-expanded", String(shown.length > 0));
    } catch (error) { close(); }
  };
  input.addEventListener("input", suggest);
  input.addEventListener("focus", () => { names().catch(() => 0); words().catch(() => 0); });
  input.addEventListener("blur", () => setTimeout(close, 200));
  input.addEventListener("keydown", (event) => {
    if (list.hidden) { if (event.key === "ArrowDown") suggest(); return; }
    if (event.key === "ArrowDown") { mark(active + 1); event.preventDefault(); }
    if (event.key === "ArrowUp") { mark(active < 0 ? -1 : active - 1); event.preventDefault(); }
    if (event.key === "Escape") { close(); event.preventDefault(); }
    if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.href = list.children[active].dataset.href;
    }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-href]");
    if (option) { event.preventDefault(); location.href = option.dataset.href; }
  });

  /* The page with filters; its state is its address. */
  const filters = document.getElementById("filters");
  if (!filters) return;
  const out = document.getElementById("gevonden"), told = document.getElementById("aantal");
  const STEP = 50;
  let run = 0, shown = STEP;
  const option = (value, text) => make("option", { value }, text);
  const bands = { "0-500": [0, 500], "500-600": [500, 600], "600-700": [600, 700], "700-800": [700, 800], "800-": [800, 1e9] };
  const state = () => Object.fromEntries([...new FormData(filters)].filter(([, value]) => value));
  const test = (f, index) => {
    const place = f.plaats ? index.places.findIndex(([, slug]) => slug === f.plaats) : -1;
    const band = f.huur && bands[f.huur];
    return (row) => (!f.plaats || row[3] === place) && (!f.buurt || row[4] === f.buurt) &&
      (!f.soort || row[5] === f.soort) &&
      (!f.kamers || (f.kamers === "5" ? row[6] >= 5 : row[6] === Number(f.kamers))) &&
      (!band || (row[7] !== null && row[7] >= band[0] && row[7] < band[1])) &&
      (!f.manier || row[8] === Number(f.manier)) &&
      (!f.uitkomst || (f.uitkomst === "afwijking" ? row[14] === 1 : row[9] === Number(f.uitkomst))) &&
      (!f.van || row[10].slice(0, 7) >= f.van) && (!f.tot || row[10].slice(0, 7) <= f.tot);
  };
  const orders = {
    nieuw: (a, b) => (a[10] < b[10] ? 1 : a[10] > b[10] ? -1 : 0),
    reacties: (a, b) => (b[11] ?? -1) - (a[11] ?? -1),
    huur: (a, b) => (a[7] ?? 1e9) - (b[7] ?? 1e9),
    jaren: (a, b) => (a[13] ?? 1e9) - (b[13] ?? 1e9),
    adres: (a, b) => a[3] - b[3] || a[1].localeCompare(b[1], "nl") || a[2].localeCompare(b[2], "nl", { numeric: true }),
  };
  const line = (w, index, row) => {
    const kind = [w.types[row[5]], row[6] ? count(w, w.rooms, row[6]) : ""].filter(Boolean).join(", ");
    const number = make("td", { class: "n" });
    if (row[11] === null) number.append(make("span", { class: "soft" }, w.unknown));
    else number.append(row[11].toLocaleString(w.locale), make("span", { class: "unit" }, " " + count(w, w.responses, row[11]).replace(/^\S+ /, "")));
    const tags = make("td", {}, make("span", { class: `tag ${w.outcomes[row[9]][0]}` }, w.outcomes[row[9]][1]));
    if (row[14]) tags.append(" ", make("span", { class: "tag explained" }, w.deviation));
    return make("tr", {},
      make("th", { scope: "row" }, make("a", { href: `${root}woning/${row[0]}.html` }, address(row)), `, ${index.places[row[3]][0]}`),
      make("td", { class: "soft" }, kind), number, tags, make("td", { class: "soft" }, wentTo(w, row)));
  };
  const draw = (w, index, rows, done, nearly) => {
    const n = rows.length.toLocaleString(w.locale);
    told.textContent = !done ? say(w.searching, n) : !rows.length ? w.nothing : (nearly ? w.nearly + " " : "") + count(w, w.found, rows.length);
    if (!rows.length) { out.replaceChildren(); return; }
    const head = make("tr", {}, ...w.columns.map((name, i) => make("th", i === 2 ? { scope: "col", class: "n" } : { scope: "col" }, name)));
    const table = make("table", { class: "list" }, make("caption", { class: "hide" }, w.caption),
      make("thead", {}, head), make("tbody", {}, ...rows.slice(0, shown).map((row) => line(w, index, row))));
    const parts = [table];
    if (done && rows.length > shown) {
      const more = make("button", { type: "button", class: "button" }, w.more);
      more.addEventListener("click", () => {
        const at = shown;
        shown += STEP;
        draw(w, index, rows, done, nearly);
        out.querySelectorAll("tbody a")[at].focus();
      });
      parts.push(more);
    }
    out.replaceChildren(...parts);
  };
  const search = async () => {
    const mine = ++run, f = state();
    shown = STEP;
    try {
      const [w, index] = await Promise.all([words(), names().then(prepare)]);
      const asked = read(f.q || "");
      const sort = orders[f.sorteer] || orders.nieuw, keep = test(f, index);
      let rows = [];
      let found = match(index, asked);
      const places = placesFor(index, asked).filter(({ points }) => points < 8 || !found.length);
      const onlyPlace = places.length && (!found.length || found[0][0] > places[0].points);
      if (f.q && !onlyPlace) {
        const limit = found.length ? (found[0][0] < 8 ? 8 : found[0][0] + 1) : 0;
        found = found.filter(([points]) => points < limit || points === found[0][0]);
        const exact = found.filter(([, street]) => street.text === asked.words.join(" "));
        if (exact.length) found = exact;
        rows = byNumber(await rowsOf(streetsOf(found), 40), asked.number).filter(keep);
        if (mine !== run) return;
        draw(w, index, rows.sort(sort), true, found.length > 0 && found[0][0] >= 8);
        return;
      }
      const { months } = await load(`${top}zoek/maanden.json`);
      const wanted = new Set(onlyPlace ? places.filter(({ points }) => points === places[0].points).map(({ place }) => place) : index.places.keys());
      const place = f.plaats ? index.places.findIndex(([, slug]) => slug === f.plaats) : -1;
      const files = [];
      for (const [month, counts] of months) {
        if ((f.van && month < f.van) || (f.tot && month > f.tot)) continue;
        for (const [at] of counts)
          if (wanted.has(at) && (!f.plaats || at === place)) files.push([month, `${top}zoek/maand/${month}/${index.places[at][1]}.json`]);
      }
      for (let i = 0, drawn = 0, batch = 1; i < files.length; i += batch, batch = 6) {
        const parts = await Promise.all(files.slice(i, i + batch).map(([, path]) => load(path)));
        if (mine !== run) return;
        for (const part of parts) rows = rows.concat(part.rows.filter(keep));
        if ((rows.length && !drawn) || i - drawn > 60) { draw(w, index, rows.sort(sort), false, false); drawn = i + 1; }
      }
      draw(w, index, rows.sort(sort), true, false);
    } catch (error) {
      if (mine === run) told.textContent = (await words().catch(() => ({ failed: "Zoeken lukt nu niet." }))).failed;
    }
  };
  const fill = async () => {
    if (!filters.elements.buurt) return;
    const { neighbourhoods, places } = await load(`${top}zoek/maanden.json`);
    const w = await words(), select = filters.elements.buurt, old = select.value || select.dataset.wanted || "";
    const place = places.findIndex(([, slug]) => slug === filters.elements.plaats.value);
    const found = place < 0 ? [] : neighbourhoods[place];
    select.replaceChildren(option("", w.all), ...found.map((name) => option(name, name)));
    select.value = found.includes(old) ? old : "";
    select.disabled = !found.length;
  };
  const changed = async () => {
    await fill().catch(() => 0);
    const f = new URLSearchParams(state());
    history.replaceState(null, "", `${location.pathname}${f.size === 0 || !String(f) ? "" : "?" + f}`);
    for (const link of document.querySelectorAll("header [hreflang]")) link.search = String(f);
    search();
  };
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = filters.elements[name];
    if (!field) continue;
    field.dataset.wanted = value;
    field.value = value;
  }
  filters.hidden = false;
  const more = document.getElementById("meer");
  more.open = matchMedia("(min-width: 54rem)").matches || [...more.querySelectorAll("select")].some((field) => field.value);
  if (filters.elements.q) filters.elements.q.value = new URLSearchParams(location.search).get("q") || "";
  input.value = filters.elements.q.value;
  filters.addEventListener("change", changed);
  filters.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
  filters.addEventListener("reset", () => setTimeout(changed));
  changed();
})();
