"use strict";
const find = (id) => document.getElementById(id);
const sections = [...document.querySelectorAll("section.division")];
const rows = sections.flatMap((section) =>
  [...section.querySelectorAll("tbody tr")].map((row, place) => ({
    row, place, body: row.parentNode, section, text: row.cells[0].textContent.toLocaleLowerCase("sv"),
  })));

function show() {
  const wanted = find("sok").value.trim().toLocaleLowerCase("sv");
  let shown = 0;
  for (const { row, section, text } of rows) {
    const fits = text.includes(wanted)
      && (!find("del").value || section.dataset.name === find("del").value)
      && (!find("lage").value || row.dataset.state === find("lage").value);
    row.hidden = !fits;
    shown += fits;
  }
  for (const section of sections) section.hidden = !section.querySelector("tbody tr:not([hidden])");
  find("inga").hidden = shown > 0;
  find("antal").textContent = `Visar ${shown} av ${rows.length}`;
}

function order() {
  const key = find("ordning").value, name = key.replace(/^-/, "").replaceAll("_", "-");
  const value = ({ row }) => {
    const cell = row.querySelector(`[data-${name}]`);
    return cell ? Number(cell.getAttribute(`data-${name}`)) * (key.startsWith("-") ? -1 : 1) : Infinity;
  };
  const sorted = key ? rows.toSorted((a, b) => value(a) - value(b) || a.place - b.place) : rows;
  for (const { row, body } of sorted) body.append(row);
  document.body.classList.toggle("sorted", key !== "");
}

const form = document.querySelector("form.filter");
form.hidden = false;
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
if (find("ordning")) find("ordning").addEventListener("change", order);
show();
