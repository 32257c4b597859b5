// A list that narrows while one types: the form's own page is fetched, and the part called `data-into` put in place.
behaviour("filter", (element) => {
  const target = document.getElementById(element.dataset.into);
  const field = element.querySelector("input[type=search]");
  let timer = 0;
  let asked = null;

  async function show() {
    const url = new URL(element.action);
    const kept = new URL(location.href).searchParams;
    for (const name of ["sort", "order", "all"]) if (kept.has(name)) url.searchParams.set(name, kept.get(name));
    for (const [name, value] of new FormData(element)) if (value.trim()) url.searchParams.set(name, value);
    asked?.abort();
    asked = new AbortController();
    target.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(url, { signal: asked.signal, headers: { Accept: "text/html" } });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      target.replaceChildren(...page.getElementById(target.id).childNodes);
      const count = document.querySelector("[data-count]");
      if (count) count.textContent = page.querySelector("[data-count]").textContent;
      history.replaceState(history.state, "", url);
      document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: target } }));
    } catch (error) {
      if (error.name !== "AbortError") element.submit();
    } finally {
      target.removeAttribute("aria-busy");
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 160);
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    show();
  });
});
