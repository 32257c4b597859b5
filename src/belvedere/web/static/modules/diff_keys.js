// j and k go from file to file, n and p from change to change, x shuts a file, v marks it as viewed.
behaviour("diff-keys", (element) => {
  const line = () => Math.min(innerHeight / 3, 160);

  function jump(places, step) {
    const tops = places.map((each) => each.getBoundingClientRect().top);
    const at = line();
    const index = step > 0
      ? tops.findIndex((top) => top > at + 2)
      : tops.findLastIndex((top) => top < at - 2);
    const place = places[index];
    if (!place) return null;
    scrollBy({ top: tops[index] - at, behavior: "instant" });
    return place;
  }

  function changes() {
    const rows = [...element.querySelectorAll(".file:not(.shut) tr:is(.add, .del, .both)")];
    return rows.filter((row) => !row.previousElementSibling?.matches(".add, .del, .both"));
  }

  function file(step) {
    const found = jump([...element.querySelectorAll(".file")], step);
    found?.focus({ preventScroll: true });
  }

  function change(step) {
    const found = jump(changes(), step);
    if (!found) return;
    for (const row of element.querySelectorAll("tr.spot")) row.classList.remove("spot");
    found.classList.add("spot");
    found.closest(".file").focus({ preventScroll: true });
  }

  const acts = {
    j: () => file(1),
    k: () => file(-1),
    n: () => change(1),
    p: () => change(-1),
    x: () => document.activeElement.closest(".file")?.querySelector(".fold").click(),
    v: () => document.activeElement.closest(".file")?.querySelector("header input").click(),
  };
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.ctrlKey || event.shiftKey || !(event.key in acts)) return;
    event.preventDefault();
    acts[event.key]();
  });

  // The file that is being read is marked at the side.
  const marks = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const leaf = element.querySelector(`.tree a[href="#${CSS.escape(entry.target.id)}"]`)?.closest("li");
      leaf?.classList.toggle("here", entry.isIntersecting);
    }
  }, { rootMargin: "-80px 0px -75% 0px" });
  const watch = () => element.querySelectorAll(".file").forEach((each) => marks.observe(each));
  watch();
  document.addEventListener("diff:arrived", watch);
});
