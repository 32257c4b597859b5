// A part of a page that is fetched when it is wanted.
async function fragment(address) {
  const response = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!response.ok) throw new Error(response.statusText);
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  return template.content;
}

// Pointing at a changeset lights the lines to everything that it is built upon.
behaviour("changes", (element) => {
  let shown = null;

  function light(row) {
    if (row === shown) return;
    shown = row;
    for (const each of element.querySelectorAll(".lit")) each.classList.remove("lit");
    element.classList.toggle("lit", Boolean(row));
    if (!row) return;
    const awaited = new Set([row.dataset.id]);
    for (let each = row; each?.dataset.id; each = each.nextElementSibling) {
      const isReached = awaited.has(each.dataset.id);
      for (const path of each.querySelectorAll(".graph path")) {
        const isLit = path.matches(".out") ? isReached : each !== row && awaited.has(path.dataset.to);
        path.classList.toggle("lit", isLit);
      }
      if (!isReached) continue;
      each.querySelector(".graph circle")?.classList.add("lit");
      awaited.delete(each.dataset.id);
      for (const parent of each.dataset.parents.split(" ")) awaited.add(parent);
    }
  }

  if (element.matches(".drawn")) {
    element.addEventListener("pointerover", (event) => light(event.target.closest?.(".change") ?? null));
    element.addEventListener("pointerleave", () => light(null));
    element.addEventListener("focusin", (event) => {
      if (event.target.matches(".subject")) light(event.target.closest(".change"));
    });
    element.addEventListener("focusout", () => light(null));
  }

  // A message that is opened becomes whole, with what is before and after its changeset.
  element.addEventListener("toggle", async (event) => {
    const whole = event.target.querySelector?.(".whole");
    if (!event.target.open || !whole || whole.dataset.asked) return;
    whole.dataset.asked = "yes";
    try {
      const commit = event.target.closest(".change").querySelector("input").value;
      whole.replaceChildren(await fragment(`${element.dataset.details}/${commit}`));
      const children = whole.querySelector("[data-source]");
      children?.replaceChildren(await fragment(children.dataset.source));
    } catch {
      delete whole.dataset.asked;
    }
  }, true);
});

// More rows come by themselves when their place is nearly in sight, a few times; after that somebody has to ask.
let came = 0;
behaviour("further", (element) => {
  const link = element.querySelector("a");

  async function come() {
    if (link.ariaBusy === "true") return;
    link.ariaBusy = "true";
    const list = element.parentElement;
    try {
      element.replaceWith(await fragment(link.href));
      document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: list } }));
    } catch {
      location.assign(link.href);
    }
  }

  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    come();
  });
  if (came >= 5) return;
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    came += 1;
    come();
  }, { rootMargin: "400px" });
  observer.observe(element);
});
