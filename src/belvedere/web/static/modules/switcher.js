// From anywhere to any repository or group: Ctrl-K, a few letters, Enter. An editable combobox with a list box, as the
// ARIA Authoring Practices describe it. Places visited last are remembered in this browser, by user.
const MOST_RECENT = 8;
const RECENT = "belvedere.recent:";

function recentPlaces(user) {
  try {
    return JSON.parse(localStorage.getItem(RECENT + user)) ?? [];
  } catch {
    return [];
  }
}

// Where somebody is now becomes the first of his places; what another one left in this browser goes.
function rememberPlace(user) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(RECENT) && key !== RECENT + user) localStorage.removeItem(key);
    }
    const here = document.querySelector("section.repository .here");
    const name = document.querySelector("section.repository")?.getAttribute("aria-label");
    if (!user || !here || !name) return;
    const place = { text: name, url: new URL(here.href).pathname, type: "repo" };
    const others = recentPlaces(user).filter((each) => each.url !== place.url);
    localStorage.setItem(RECENT + user, JSON.stringify([place, ...others].slice(0, MOST_RECENT)));
  } catch {
    // A browser that keeps nothing: there are no recent places then.
  }
}

behaviour("switcher", (form) => {
  const field = form.querySelector("input");
  const { source, user } = form.dataset;
  rememberPlace(user);

  const box = document.createElement("div");
  box.className = "choices";
  box.hidden = true;
  const list = document.createElement("div");
  list.id = "switcher-choices";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Repositories and groups");
  const hint = document.createElement("p");
  hint.className = "hint";
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  box.append(list, hint);
  form.append(box, status);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);

  let options = [];
  let active = -1;
  let timer = 0;
  let asked = null;

  function choose(index) {
    options[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options[active];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", option.id);
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function close() {
    box.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
    status.textContent = "";
  }

  function optionFor(each, words) {
    const option = document.createElement("a");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.id = `switcher-choice-${options.length}`;
    option.href = each.url;
    option.tabIndex = -1;
    const name = document.createElement("span");
    name.className = "name";
    name.append(...marked(each.text, words));
    const kind = document.createElement("span");
    kind.className = "kind";
    kind.textContent = each.type === "group" ? "group" : (each.obj?.repo_type ?? "");
    option.append(name, kind);
    options.push(option);
    return option;
  }

  function marked(text, words) {
    const folded = text.toLowerCase();
    const found = words.map((word) => [folded.lastIndexOf(word), word.length]).filter(([at]) => at >= 0);
    const parts = [];
    let end = 0;
    for (const [at, length] of found.sort((one, other) => one[0] - other[0])) {
      if (at < end || folded.length !== text.length) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(at, at + length);
      parts.push(text.slice(end, at), mark);
      end = at + length;
    }
    return [...parts, text.slice(end)];
  }

  function show(groups, words, nothing) {
    options = [];
    list.replaceChildren();
    for (const { text, children } of groups) {
      const group = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", text);
      const label = document.createElement("div");
      label.className = "label";
      label.setAttribute("role", "presentation");
      label.textContent = text;
      group.append(label, ...children.map((each) => optionFor(each, words)));
      list.append(group);
    }
    const count = options.length;
    list.hidden = !count;
    hint.textContent = count ? "" : nothing;
    hint.hidden = Boolean(count) || !nothing;
    status.textContent = count ? `${count} ${count === 1 ? "result" : "results"}` : nothing;
    box.hidden = !count && !nothing;
    field.setAttribute("aria-expanded", String(count > 0));
    choose(count && words.length ? 0 : -1);
  }

  function showRecent() {
    const places = recentPlaces(user).filter((each) => each.url !== location.pathname);
    show(places.length ? [{ text: "Visited last", children: places }] : [], [], "");
  }

  async function look() {
    const text = field.value.trim();
    asked?.abort();
    if (!text) return showRecent();
    asked = new AbortController();
    const url = new URL(source, location.origin);
    url.searchParams.set("query", text);
    try {
      const response = await fetch(url, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!response.ok || document.activeElement !== field) return;
      const found = (await response.json()).results;
      show(found, text.toLowerCase().split(/\s+/), "Nothing has that in its name. Enter searches descriptions too.");
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  field.addEventListener("focus", look);
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, field.value.trim() ? 90 : 0);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      if (box.hidden) field.blur();
      else close();
      if (!field.value) field.blur();
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (box.hidden) return look();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (options.length) choose((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
    } else if (event.key === "Enter" && !box.hidden && options[active]) {
      event.preventDefault();
      options[active].click();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  box.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  document.addEventListener("keydown", (event) => {
    const isShortcut = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isShortcut) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
});
