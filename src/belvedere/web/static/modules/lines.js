// Lines of a file: a click chooses one, a click with Shift all up to there, and the address says which (`#L10-20`).
behaviour("lines", (element) => {
  const first = Number(element.dataset.first);
  const last = Number(element.dataset.last);
  const total = Number(element.dataset.total);

  function chosen() {
    const found = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash);
    if (!found) return null;
    const ends = [Number(found[1]), Number(found[2] ?? found[1])].sort((one, other) => one - other);
    return { from: ends[0], to: ends[1] };
  }

  function show(scrolls) {
    for (const line of element.querySelectorAll(".chosen")) line.classList.remove("chosen");
    const range = chosen();
    if (!range) return;
    if (range.from > last || range.to < first) {
      const here = new URL(location.href);
      if (range.from <= total && !here.searchParams.has("at")) {
        here.searchParams.set("line", range.from);
        location.replace(here);
      }
      return;
    }
    for (let number = Math.max(range.from, first); number <= Math.min(range.to, last); number += 1) {
      element.querySelector(`#L${number}`).classList.add("chosen");
    }
    if (scrolls) element.querySelector(`#L${Math.max(range.from, first)}`).scrollIntoView({ block: "center" });
  }

  element.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#L']");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const number = Number(link.hash.slice(2));
    const range = event.shiftKey && chosen();
    const hash = range ? `#L${Math.min(range.from, number)}-${Math.max(range.from, number)}` : `#L${number}`;
    history.replaceState(history.state, "", hash.replace(/^#L(\d+)-\1$/, "#L$1"));
    show(false);
  });
  window.addEventListener("hashchange", () => show(true));
  show(location.hash.includes("-"));
});
