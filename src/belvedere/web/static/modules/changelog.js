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

  element.addEventListener("pointerover", (event) => light(event.target.closest?.(".change") ?? null));
  element.addEventListener("pointerleave", () => light(null));
  element.addEventListener("focusin", (event) => {
    if (event.target.matches(".subject")) light(event.target.closest(".change"));
  });
  element.addEventListener("focusout", () => light(null));
});

// More rows come by themselves when their place is nearly in sight, a few times; after that somebody has to ask.
let came = 0;
behaviour("further", (element) => {
  if (came >= 5) return;
  const link = element.querySelector("a");
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    came += 1;
    link.click();
  }, { rootMargin: "400px" });
  observer.observe(element);
});
