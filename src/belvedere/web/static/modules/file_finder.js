// Typing finds files by parts of their paths; the arrows choose one, Enter opens it.
behaviour("file-finder", (element) => {
  const input = element.querySelector("input");
  const list = document.createElement("div");
  let asked = 0;
  let timer;
  list.id = "found-files";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Files");
  element.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": list.id, "aria-expanded": "false", "aria-autocomplete": "list" })) {
    input.setAttribute(name, value);
  }

  const options = () => [...list.querySelectorAll("[role=option]")];
  const current = () => options().findIndex((each) => each.getAttribute("aria-selected") === "true");

  function open(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    const all = options();
    for (const each of all) each.setAttribute("aria-selected", "false");
    if (!all.length) return;
    const chosen = all[(place + all.length) % all.length];
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", chosen.id);
  }

  // The words that were typed stand out in each path.
  function marked(path, words) {
    const parts = document.createElement("bdi");
    const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
    for (const part of path.split(new RegExp(`(${pattern})`, "i"))) {
      const isWord = words.includes(part.toLowerCase());
      const piece = isWord ? document.createElement("mark") : document.createTextNode(part);
      if (isWord) piece.textContent = part;
      parts.append(piece);
    }
    return parts;
  }

  function show(answer, text) {
    const words = text.toLowerCase().split(/\s+/);
    const links = answer.nodes.map((node, place) => {
      const link = document.createElement("a");
      link.id = `found-file-${place}`;
      link.href = node.url;
      link.tabIndex = -1;
      link.setAttribute("role", "option");
      link.append(marked(node.name, words));
      return link;
    });
    const remark = document.createElement("p");
    remark.className = "remark";
    remark.setAttribute("role", "presentation");
    if (!links.length) remark.textContent = "No file has that in its path.";
    if (answer.count > links.length) remark.textContent = `${answer.count - links.length} more: go on typing.`;
    list.replaceChildren(...links, ...(remark.textContent ? [remark] : []));
    open(true);
    choose(0);
  }

  async function find() {
    const text = input.value.trim();
    const number = ++asked;
    if (!text) {
      open(false);
      return;
    }
    const response = await fetch(`${element.dataset.source}?${new URLSearchParams({ q: text })}`);
    if (number === asked && response.ok) show(await response.json(), text);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, 120);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden) {
      event.preventDefault();
      choose(current() + step);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    }
  });
  element.addEventListener("submit", (event) => {
    const chosen = options()[current()];
    if (list.hidden || !chosen) return;
    event.preventDefault();
    location.assign(chosen.href);
  });
  document.addEventListener("click", (event) => {
    if (!element.contains(event.target)) open(false);
  });
});
