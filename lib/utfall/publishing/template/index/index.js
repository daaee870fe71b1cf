"use strict";
const find = (id) => document.getElementById(id);
const chosen = (id) => find(id)?.value ?? "";
const form = document.querySelector("form.filter");
const sections = [...document.querySelectorAll("section.units")];
const rows = sections.flatMap((section) => {
  const division = section.querySelector("h3").textContent;
  return [...section.querySelectorAll("tbody tr")].map((row, place) => ({
    row, place, section, division, body: row.parentNode, level: row.classList[0],
    reports: [...row.querySelectorAll("[data-r]")],
    name: row.cells[0].firstChild.textContent.trim(),
    text: `${row.cells[0].firstChild.textContent} ${row.querySelector("i").textContent}`.toLocaleLowerCase("sv"),
  }));
});

// Rows in another order than the organisation's stand in one table, whatever their division.
const flat = sections.length ? sections[0].cloneNode(true) : null;
if (flat) {
  flat.hidden = true;
  flat.querySelector("h3").id = "del-0";
  flat.querySelector("tbody").replaceChildren();
  sections[0].before(flat);
}

function show() {
  const wanted = chosen("sok").toLocaleLowerCase("sv").split(/\s+/);
  const kind = chosen("slag"), state = chosen("lage");
  let shown = 0;
  for (const { row, section, text, level, reports } of rows) {
    const fits = wanted.every((word) => text.includes(word))
      && (!chosen("del") || section.dataset.del === chosen("del"))
      && (!chosen("niva") || level === chosen("niva"))
      && reports.some((report) => (!kind || report.dataset.r === kind) && (!state || report.className === state));
    row.hidden = !fits;
    shown += fits;
  }
  for (const section of [flat, ...sections]) section.hidden = !section.querySelector("tbody tr:not([hidden])");
  for (const link of document.querySelectorAll(".divisions a")) {
    link.parentNode.hidden = document.querySelector(link.hash).parentNode.hidden;
  }
  find("inga").hidden = shown > 0;
  find("antal").textContent = `Visar ${shown} av ${rows.length}`;
}

function order() {
  const key = chosen("ordning"), column = `.v${key.replace("-", "")}[data-v]`;
  const value = ({ row }) => {
    const cell = row.querySelector(column);
    return cell ? Number(cell.dataset.v) * (key.startsWith("-") ? -1 : 1) : Infinity;
  };
  const compare = key === "namn"
    ? (a, b) => a.name.localeCompare(b.name, "sv")
    : (a, b) => (value(a) === value(b) ? 0 : value(a) - value(b));
  const sorted = key ? rows.toSorted(compare) : rows;
  for (const { row, body, division, level } of sorted) {
    (key ? flat.querySelector("tbody") : body).append(row);
    row.querySelector(".where")?.remove();
    if (key && !["board", "division"].includes(level)) {
      const where = Object.assign(document.createElement("span"), { className: "where", textContent: division });
      row.querySelector("small").append(" ", where);
    }
  }
  if (flat) {
    const words = `Ordnade efter ${find("ordning").selectedOptions[0].textContent.toLocaleLowerCase("sv")}`;
    flat.querySelector("h3").textContent = words;
    flat.querySelector("caption").textContent = words;
  }
  document.body.classList.toggle("sorted", key !== "");
  show();
}

if (flat) {
  form.hidden = false;
  form.addEventListener("input", (event) => (event.target.id === "ordning" ? order() : show()));
  form.addEventListener("submit", (event) => event.preventDefault());
  // A browser that goes back may have filled in the form again.
  addEventListener("pageshow", () => (chosen("ordning") ? order() : show()));
}
