// The last changes of a directory come after its names: only the cells that were empty are filled, so that whoever has
// come to a name already stays there.
behaviour("last-changes", async (element) => {
  const response = await fetch(element.dataset.source, { headers: { "HX-Request": "true" } });
  if (!response.ok) return;
  const arrived = document.createElement("table");
  arrived.innerHTML = await response.text();
  const rows = element.tBodies[0].rows;
  if (arrived.rows.length !== rows.length) return;
  for (const [place, row] of [...rows].entries()) {
    for (const name of [".said", ".when", ".size"]) {
      row.querySelector(name).replaceChildren(...arrived.rows[place].querySelector(name).childNodes);
    }
  }
  element.parentElement.querySelector(".later")?.remove();
  element.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: element } }));
});
