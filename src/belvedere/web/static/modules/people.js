// A field of several usernames: the one that is being typed is looked up, and completed by choosing.
behaviour("people", (field) => {
  const list = document.createElement("ul");
  list.className = "people-found";
  list.id = `${field.id}-found`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  field.after(list, status);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  let active = -1;
  let timer = 0;
  let asked = null;

  const typed = () => /[^\s,;]*$/.exec(field.value)[0];
  const others = () => new Set(field.value.slice(0, -typed().length || undefined).split(/[\s,;]+/));

  function mark(index) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = list.children[active];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function choose(option) {
    field.value = `${field.value.slice(0, field.value.length - typed().length)}${option.dataset.name} `;
    close();
    field.focus();
  }

  function optionFor(each, place) {
    const option = document.createElement("li");
    option.id = `${list.id}-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.name = each.name;
    const more = document.createElement("span");
    more.textContent = each.title === each.name ? "" : each.title;
    option.append(each.name, more);
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(option);
    });
    return option;
  }

  async function look() {
    const text = typed();
    asked?.abort();
    if (!text) return close();
    asked = new AbortController();
    const url = new URL(field.dataset.source, location.origin);
    url.searchParams.set("query", text);
    try {
      const response = await fetch(url, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!response.ok || document.activeElement !== field) return;
      const there = others();
      const found = (await response.json()).results.filter((each) => !there.has(each.name));
      list.replaceChildren(...found.map(optionFor));
      active = -1;
      list.hidden = !found.length;
      field.setAttribute("aria-expanded", String(found.length > 0));
      status.textContent = `${found.length || "No"} ${found.length === 1 ? "person" : "people"} found`;
      if (found.length) mark(0);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 120);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const count = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark((active + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
    } else if ((event.key === "Enter" || event.key === "Tab") && list.children[active]) {
      event.preventDefault();
      choose(list.children[active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  field.addEventListener("blur", close);
});
