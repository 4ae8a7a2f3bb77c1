"use strict";
// Filters, sorts and pages the tables of the page. Everything it shows stands on the page without it too, the long tables
// in <noscript>, which a browser that runs scripts keeps as text: a row is a line of it (engine/output/page/listing.py).
// Texts are escaped there already and stay so here.
(() => {
  const main = document.querySelector("main");
  const said = JSON.parse(main.dataset.say);
  const form = document.getElementById("filters");
  const field = name => form.elements.namedItem(name);
  const one = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const say = (key, facts) => said[key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const escaped = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
  const FILTERS = ["unit", "phase", "theme", "level", "rule", "state", "words", "who"];
  const SIZE = 30, MOST_PRINTED = 3000, ROLLED = 150;
  const LEVEL = { e: "error", w: "warning", i: "info" };
  const GRAVE = { error: 2, warning: 1, info: 0 };

  // -- what the page holds ------------------------------------------------------------------------------------------

  const lines = box => one("noscript", box).textContent.split("\n");
  const holder = document.createElement("template");
  const parsed = html => {
    holder.innerHTML = html;
    return holder.content;
  };
  const plain = html => (/[<&]/.test(html) ? parsed(html).textContent : html);
  const named = name => new Map(field(name) ? Array.from(field(name).options, one => [one.text, one.value]) : []);
  const phaseIds = field("phase") ? Array.from(field("phase").options, one => one.value) : [];
  const subjects = [];        // by their numbers, which begin with 1
  const findings = [], byId = new Map(), notes = [];

  function readSubjects(text) {
    const states = named("state");
    let unit = "", unitName = "", number = 0;
    for (const line of text) {
      if (line.startsWith("<tbody")) {
        const body = parsed(line).firstElementChild;
        unit = body.dataset.u;
        unitName = body.textContent.trim();
      } else if (line.startsWith("<tr data-p=")) {
        const [head, state, ...cells] = line.split("<td"), phase = /\d+/.exec(head)[0];
        const name = plain(head.slice(head.indexOf("<th"))), stateName = plain(state.slice(1)), read = [];
        for (const cell of cells) {
          const mark = /<b class=(.)>(\d+)/.exec(cell), wide = /^ colspan=(\d+)/.exec(cell);
          const sum = { silent: cell.startsWith(" class=s"), level: mark ? LEVEL[mark[1]] : "", hits: mark ? +mark[2] : 0 };
          for (let at = wide ? +wide[1] : 1; at; at -= 1) read.push(sum);
        }
        number += 1;
        subjects[number] = { number, unit, unitName, name, state: states.get(stateName), stateName, cells: read,
          html: cells.length ? `<td${cells.join("<td")}` : "", phase: phaseIds[+phase] || "",
          text: `${unitName} ${name} ${stateName}`.toLowerCase() };
      }
    }
  }

  function readNote(line) {
    const row = parsed(line).firstElementChild, [head, level, told] = row.cells, name = head.textContent;
    notes[+row.id.slice(1)] = { number: +row.id.slice(1), rule: name.split(" ", 1)[0], name, level: one("b", level).className,
      levelName: level.textContent, html: told.innerHTML, text: `${name} ${told.textContent}`.toLowerCase() };
  }

  function readFindings(text) {
    const themes = named("theme"), phases = named("phase");
    let unitName = "", name = "", phase = "", file = "", subject = null, where = "";
    text.filter(line => line.startsWith("<tr id=m")).forEach(readNote);
    for (const line of text) {
      if (line.startsWith("<tr id=f")) {
        const [start, row, theme, rule, told] = line.split("<td>"), id = start.slice(7, -1), link = /#m(\d+)/.exec(rule);
        const found = { id, subject, name, unitName, file, place: plain(row), phase, themeName: plain(theme), note: null };
        found.theme = themes.get(found.themeName) || "";
        if (link) {
          found.note = notes[+link[1]];
          found.fills = told.split(" · ");
          Object.assign(found, { rule: found.note.rule, ruleName: found.note.name, level: found.note.level,
            levelName: found.note.levelName, text: where + told.toLowerCase() });
        } else {
          const [mark, title] = parsed(rule).childNodes;
          found.ruleName = title.textContent.trim();
          Object.assign(found, { rule: found.ruleName.split(" ", 1)[0], level: mark.className,
            levelName: mark.textContent, html: told, text: `${where}${found.ruleName} ${plain(told)}`.toLowerCase() });
        }
        findings.push(found);
        byId.set(id, found);
      } else if (line.startsWith("<tbody data-s=")) {
        const body = parsed(line).firstElementChild, parts = Array.from(body.rows[0].cells[0].children);
        name = parts[0].textContent;
        phase = phases.get(parts[1].textContent) || "";
        file = parts[2].textContent;
        subject = subjects[+body.dataset.s] || { unit: "", state: "", number: +body.dataset.s };
        where = `${unitName} ${name} ${file} `.toLowerCase();
      } else if (line.startsWith("<table class=rows><caption>")) unitName = plain(line.slice(line.indexOf("<caption>")));
    }
  }

  const filled = (text, found) => text.replace(/<i>(\d+)<\/i>/g, (_, at) => found.fills[at - 1]);
  const toldOf = found => found.note ? filled(found.note.html, found) : found.html;

  // -- a table that shows a page of its rows ------------------------------------------------------------------------

  const grids = {};

  class Grid {
    constructor(kind, box, columns) {       // of a column: name, title, and what rows are sorted by
      Object.assign(this, { kind, box, columns, rows: [], sort: "", page: 0 });
      box.innerHTML = `<div class="scroll" tabindex="0" role="region"><table class="${kind === "map" ? "map" : `rows ${kind}`}">
        <caption class="unseen"></caption><thead></thead><tbody></tbody></table></div><nav class="pager"></nav>`;
      this.head();
      one(".scroll", box).setAttribute("aria-label", box.dataset.title);
      one("caption", box).textContent = box.dataset.title;
      one("nav", box).setAttribute("aria-label", say("pages_of", { title: box.dataset.title }));
      box.addEventListener("click", event => {
        const button = event.target.closest("button");
        if (!button) return;
        if (button.dataset.sort) {
          this.sort = this.sort === button.dataset.sort ? `-${this.sort}` : button.dataset.sort;
          this.page = 0;
          this.order();
        } else if (button.dataset.page) {
          this.page = +button.dataset.page;
          one(".scroll", box).scrollIntoView({ block: "start" });
          one(".scroll", box).focus({ preventScroll: true });
        } else return;
        this.draw();
        remember();
      });
      grids[kind] = this;
    }

    head(plain) {           // on paper a head that is repeated shows no buttons
      one("thead", this.box).innerHTML = `<tr>${this.columns.map(({ name, title }) => `<th scope="col">${
        plain ? title : `<button type="button" data-sort="${name}">${title}</button>`}`).join("")}`;
    }

    set(rows, html) {
      Object.assign(this, { rows, html });
      this.order();
    }

    order() {
      const column = this.columns.find(one => one.name === this.sort.replace("-", ""));
      const way = this.sort[0] === "-" ? -1 : 1;
      if (!column) this.sorted = this.rows;
      else {
        const keys = this.rows.map((row, at) => [column.by(row), at]);
        keys.sort((left, right) => (left[0] < right[0] ? -way : left[0] > right[0] ? way : left[1] - right[1]));
        this.sorted = keys.map(key => this.rows[key[1]]);
      }
      this.page = Math.min(this.page, Math.max(0, Math.ceil(this.rows.length / SIZE) - 1));
    }

    draw(whole) {
      const from = whole ? 0 : this.page * SIZE, some = this.sorted.slice(from, whole ? MOST_PRINTED : from + SIZE);
      one("tbody", this.box).innerHTML = some.map(this.html).join("")
        || `<tr><td class="none" colspan="${this.columns.length}">${said.none}`;
      for (const button of all("[data-sort]", this.box)) {
        const on = this.sort.replace("-", "") === button.dataset.sort;
        button.closest("th").setAttribute("aria-sort", !on ? "none" : this.sort[0] === "-" ? "descending" : "ascending");
      }
      const last = Math.max(0, Math.ceil(this.rows.length / SIZE) - 1), step = (to, name) =>
        `<button type="button" data-page="${to}"${to < 0 || to > last ? " disabled" : ""}>${name}</button>`;
      one("nav", this.box).innerHTML = last ? step(this.page - 1, said.before) + `<span>${say("page", {
        from: from + 1, to: from + some.length, count: this.rows.length })}</span>` + step(this.page + 1, said.after) : "";
    }
  }

  // -- the filters --------------------------------------------------------------------------------------------------

  let want = {}, words = [], look = "";

  const params = changes => {
    const given = new URLSearchParams();
    for (const [name, value] of Object.entries(Object.assign({}, want, changes))) if (value) given.set(name, value);
    return given;
  };
  const link = changes => `#${escaped(params(changes).toString())}`;

  function remember() {
    const given = params({});
    for (const grid of Object.values(grids)) {
      if (grid.sort) given.set(`${grid.kind}.sort`, grid.sort);
      if (grid.page) given.set(`${grid.kind}.page`, grid.page + 1);
    }
    if (look) given.set("look", look);
    const hash = given.toString();
    try {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch (fault) {       // a page without an origin of its own
      location.hash = hash;
    }
  }

  function recall() {
    const given = new URLSearchParams(location.hash.slice(1));
    want = {};
    for (const name of FILTERS) {
      if (given.get(name)) want[name] = given.get(name);
      if (field(name)) field(name).value = want[name] || "";
      if (field(name) && field(name).tagName === "SELECT" && field(name).value !== (want[name] || "")) {
        delete want[name];          // of another run
        field(name).value = "";
      }
    }
    for (const grid of Object.values(grids)) {
      grid.sort = given.get(`${grid.kind}.sort`) || "";
      grid.page = (given.get(`${grid.kind}.page`) || 1) - 1;
    }
    dress(given.get("look") || "");
    words = split(want.words);
  }

  // What is typed, word by word: which notes hold it, and, of what may stand across a gap of a note, its other parts.
  const split = typed => (typed || "").toLowerCase().split(/\s+/).filter(Boolean).map(word => ({
    word, held: notes.map(note => note.text.includes(word)),
    across: /\d/.test(word) && /[^\w.-]/.test(word) ? notes.map(note => word.split(/[\w.-]+/).every(part =>
      note.text.includes(part))) : [] }));
  const says = (found, { word, held, across }) => found.text.includes(word) || (found.note !== null && (
    held[found.note.number] || (across[found.note.number]
      && toldOf(found).replace(/<[^>]*>/g, "").toLowerCase().includes(word))));
  const fits = found => (!want.unit || found.subject.unit === want.unit) && (!want.phase || found.phase === want.phase)
    && (!want.theme || found.theme === want.theme) && (!want.level || found.level === want.level)
    && (!want.rule || found.rule === want.rule) && (!want.state || found.subject.state === want.state)
    && (!want.who || found.name === want.who) && words.every(word => says(found, word));

  function chosen() {         // findings and subjects that the filters leave
    if (!active()) return [findings, subjects.filter(Boolean)];
    const shown = findings.filter(fits), hit = new Set(), within = want.theme || want.level || want.rule;
    let last = null;
    for (const found of shown) {        // those of a subject stand together
      if (found.subject !== last) hit.add((last = found.subject).number);
    }
    return [shown, subjects.filter(subject => (!want.unit || subject.unit === want.unit)
      && (!want.phase || subject.phase === want.phase) && (!want.state || subject.state === want.state)
      && (!want.who || subject.name === want.who)
      && (hit.has(subject.number) || (!within && words.every(({ word }) => subject.text.includes(word)))))];
  }

  function apply() {
    const [shown, people] = chosen();
    if (grids.findings) grids.findings.set(shown, findingRow);
    if (grids.map) showMap(people);
    if (grids.due) {
      const numbers = new Set(people.map(subject => subject.number));
      grids.due.set(measures.filter(row => active() ? numbers.has(row.number) && (!want.theme || row.theme === want.theme)
        : true), row => row.html);
    }
    showPlain(shown, people);
    for (const grid of Object.values(grids)) grid.draw();
    tell(shown.length, people.length);
  }

  const active = () => Object.keys(want).length > 0;

  const hide = (row, hidden) => { if (row.hidden !== hidden) row.hidden = hidden; };

  function showPlain(shown, people) {
    const units = new Set(people.map(subject => subject.unit)), counts = new Map();
    for (const found of shown) {
      let sum = counts.get(found.rule);
      if (!sum) counts.set(found.rule, sum = { places: 0, who: 0, last: null });
      sum.places += 1;
      if (sum.last !== found.subject) sum.who += 1;
      sum.last = found.subject;
    }
    for (const row of all("[data-plain] tbody tr")) {
      if (row.className === "sum") hide(row, active());
      else if (row.dataset.r) {
        const sum = counts.get(row.dataset.r);
        hide(row, findings.length > 0 && !sum);
        if (sum) [sum.places, sum.who].forEach((number, at) => {
          row.cells[at + 2].textContent = row.cells[at + 2].dataset.n = number;
        });
      } else hide(row, active() && !units.has(row.dataset.u));
    }
    for (const cell of all(".matrix th[data-p]")) {
      cell.classList.toggle("chosen", want.phase === phaseIds[+cell.dataset.p]);
    }
    for (const row of all("tr[data-apart]")) {
      const [state, rule, level, theme, phase, unit] = row.dataset.apart.split("|");
      hide(row, Boolean((want.state && want.state !== state) || (want.rule && want.rule !== rule)
        || (want.level && want.level !== level) || (want.theme && want.theme !== theme)
        || (want.phase && want.phase !== phase) || (want.unit && want.unit !== unit)
        || words.some(({ word }) => !row.textContent.toLowerCase().includes(word))));
    }
  }

  let telling;
  function tell(count, people) {
    const told = active() ? say("shown", { count, all: findings.length, people,
      subjects: subjects.filter(Boolean).length }) : "";
    document.getElementById("active").textContent = told;
    one("[type=reset]", form).hidden = !active();
    document.getElementById("who").hidden = !want.who;
    document.getElementById("who").textContent = want.who ? say("who", { who: want.who }) : "";
    clearTimeout(telling);
    telling = setTimeout(() => { document.getElementById("status").textContent = told; }, 600);
  }

  // -- rows ---------------------------------------------------------------------------------------------------------

  const findingRow = found => `<tr id="${found.id}" tabindex="-1"><td class="level"><b class="${found.level}">${
    found.levelName}</b><td class="rule"><a href="${link({ rule: found.rule })}">${escaped(found.ruleName)}</a>
    <td class="unit">${escaped(found.unitName)}<td class="who"><a href="${link({ who: found.name })}"><bdi>${
    escaped(found.name)}</bdi></a><td class="theme">${escaped(found.themeName)}<td class="told">${toldOf(found)}
    <p class="place"><bdi>${escaped(found.file)}</bdi> ${
    /^\d+$/.test(found.place) ? say("line", { line: found.place }) : escaped(found.place)}
    <a class="here" href="#${found.id}" aria-label="${escaped(say("link_to", { what: found.ruleName }))}">${said.link}</a>`;

  const subjectRow = subject => `<tr><th scope="row"><a data-go href="${link({ who: subject.name })}"><bdi>${
    escaped(subject.name)}</bdi></a><td>${escaped(subject.stateName)}${subject.html}`;

  function showMap(people) {
    if (people.length <= ROLLED) {
      grids.map.set(people, (subject, at, shown) => {
        const head = grids.map.sort || (at && shown[at - 1].unitName === subject.unitName) ? "" :
          `<tr class="unit"><th scope="rowgroup" colspan="${grids.map.columns.length}"><bdi>${escaped(subject.unitName)}</bdi>`;
        return head + subjectRow(subject);
      });
      return;
    }
    const units = new Map();
    for (const subject of people) {
      if (!units.has(subject.unit)) {
        units.set(subject.unit, { unit: subject.unit, unitName: subject.unitName, number: units.size, people: 0,
          state: "", cells: grids.map.columns.slice(2).map(() => ({ silent: 0, hits: 0, level: "" })) });
      }
      const row = units.get(subject.unit);
      row.people += 1;
      subject.cells.forEach((cell, at) => {
        const sum = row.cells[at];
        sum.silent += cell.silent;
        sum.hits += cell.hits;
        if (cell.hits && !(GRAVE[sum.level] > GRAVE[cell.level])) sum.level = cell.level;
      });
    }
    grids.map.set(Array.from(units.values()), row => `<tr><th scope="row"><a href="${link({ unit: row.unit })}"><bdi>${
      escaped(row.unitName)}</bdi></a><td>${say("people", { count: row.people })}${row.cells.map(cell =>
      `<td>${cell.silent ? `<span class="quiet">${say("silent", { count: cell.silent })}</span> ` : ""}${
        cell.hits ? `<b class="${cell.level}">${cell.hits}</b>` : cell.silent ? "" : "·"}`).join("")}`);
  }

  // -- how it begins ------------------------------------------------------------------------------------------------

  let measures = [];

  function start() {
    const map = document.getElementById("long-map"), due = document.getElementById("long-due");
    if (map) {
      const text = lines(map);
      readSubjects(text);
      const heads = all("th", parsed(text.find(line => line.startsWith("<thead")))).map(head => head.textContent);
      new Grid("map", map, heads.map((title, at) => ({ name: `${at}`, title: escaped(title), by: row => at === 0
        ? row.number : at === 1 ? row.stateName || row.people : -(row.cells[at - 2].hits * 1000
        + row.cells[at - 2].silent) })));
    }
    if (due) {
      const page = parsed(one("noscript", due).textContent), names = ["unit", "subject", "theme", "problem", "measure", "due", "days"];
      const heads = all("thead th", page).map(head => head.textContent), themes = named("theme");
      measures = all("tbody tr", page).map((row, at) => ({ at, number: +row.dataset.s, left: +row.dataset.d,
        html: row.outerHTML, texts: Array.from(row.cells, cell => cell.textContent.trim()),
        theme: themes.get(row.cells[2].textContent) || "" }));
      new Grid("due", due, names.map((name, at) => ({ name, title: escaped(heads[at]),
        by: row => name === "days" ? row.left : row.texts[at] })));
    }
    enliven();
    form.hidden = false;
    document.getElementById("look").hidden = false;
    recall();
    apply();
  }

  function list() {
    const box = document.getElementById("long-findings");
    if (!box) return;
    readFindings(lines(box));
    all(".wait").forEach(note => note.remove());
    const grave = found => -GRAVE[found.level];
    new Grid("findings", box, [
      ["level", grave], ["rule", found => found.rule], ["unit", found => found.subject.number],
      ["subject", found => found.subject.number], ["theme", found => found.themeName],
      ["told", found => `${found.file} ${found.place.padStart(6)}`],
    ].map(([name, by]) => ({ name, by, title: said[`column_${name}`] })));
    recall();
    apply();
    target();
  }

  function enliven() {        // names in plain tables become filters, their heads sort them
    for (const table of all("[data-plain]")) {
      for (const row of all("tbody tr", table)) {
        const head = row.cells[0], name = row.dataset.r ? "rule" : "unit", value = row.dataset.r || row.dataset.u;
        if (!value || row.className === "sum") continue;
        const way = document.createElement("a");
        way.href = "#";
        way.dataset.set = `${name}=${value}`;
        way.append(...head.childNodes);
        head.append(way);
      }
      const rows = all("tbody tr", table).filter(row => row.className !== "sum");
      all("thead th", table).forEach((head, at) => {
        if (!rows.some(row => row.cells[at].dataset.n)) return;
        const button = document.createElement("button");
        button.type = "button";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => {
          const way = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
          all("thead th", table).forEach(other => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", way < 0 ? "descending" : "ascending");
          rows.map((row, place) => [row.cells[at].dataset.n * way, place, row])
            .sort((left, right) => left[0] - right[0] || left[1] - right[1])
            .forEach(key => key[2].parentNode.insertBefore(key[2], one(".sum", table)));
        });
      });
    }
  }

  function target() {
    const found = byId.get(location.hash.slice(1)), grid = grids.findings;
    if (!found) return;
    if (!fits(found)) {
      want = {};
      words = [];
      form.reset();
      apply();
    }
    grid.page = Math.floor(grid.sorted.indexOf(found) / SIZE);
    grid.draw();
    const row = document.getElementById(found.id);
    row.classList.add("target");
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  }

  function dress(name) {
    look = name;
    document.getElementById("dark").media = { dark: "all", light: "not all" }[name] || "(prefers-color-scheme: dark)";
    document.documentElement.style.colorScheme = name || "";
    document.getElementById("look").textContent = said[`look_${name || "system"}`];
  }

  let typing;
  form.addEventListener("input", event => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      for (const name of FILTERS) if (field(name)) want[name] = field(name).value.trim();
      for (const name of FILTERS) if (!want[name]) delete want[name];
      words = split(want.words);
      for (const grid of Object.values(grids)) grid.page = 0;
      apply();
      remember();
    }, event.target.name === "words" ? 80 : 0);
  });
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => {
    want = {};
    words = [];
    for (const grid of Object.values(grids)) grid.page = 0;
    setTimeout(() => { apply(); remember(); });
  });
  document.getElementById("who").addEventListener("click", () => {
    delete want.who;
    apply();
    remember();
  });
  document.addEventListener("click", event => {
    const way = event.target.closest("a[data-set], a[data-go]");
    if (way && way.dataset.set) {
      const at = way.dataset.set.indexOf("=");
      way.href = `#${params({ [way.dataset.set.slice(0, at)]: way.dataset.set.slice(at + 1) })}`;
    }
    if (way && way.dataset.go !== undefined) setTimeout(() => {
      one("#findings").scrollIntoView();
      one("#findings").focus({ preventScroll: true });
    }, 50);
  });
  document.getElementById("look").addEventListener("click", () => {
    dress({ "": "dark", dark: "light", light: "" }[look]);
    remember();
  });
  addEventListener("hashchange", () => {
    if (byId.has(location.hash.slice(1))) target();
    else if (!location.hash || location.hash.includes("=")) { recall(); apply(); }
  });
  addEventListener("beforeprint", () => {
    all("details").forEach(part => { part.open = true; });
    Object.values(grids).forEach(grid => { grid.draw(true); grid.head(true); });
  });
  addEventListener("afterprint", () => Object.values(grids).forEach(grid => { grid.head(); grid.draw(); }));
  const fold = document.getElementById("fold"), folded = shut => {
    document.getElementById("fields").classList.toggle("shut", shut);
    fold.setAttribute("aria-expanded", !shut);
  };
  fold.addEventListener("click", () => folded(fold.getAttribute("aria-expanded") === "true"));
  folded(innerWidth < 720);
  start();
  requestAnimationFrame(() => setTimeout(list));      // the pictures first
})();
