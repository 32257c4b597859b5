// Typing in the menu of branches, tags and bookmarks asks the server for the names that hold the text.
behaviour("ref-picker", (element) => {
  const input = element.querySelector("input[type=search]");
  const names = element.querySelector(".names");
  const atOnce = [...names.childNodes];
  const place = "--ref--";
  let asked = 0;
  let timer;

  function link(child) {
    const found = document.createElement("a");
    const name = document.createElement("bdi");
    name.textContent = child.text;
    found.href = element.dataset.address.replace(place, () => child.at);
    found.append(name);
    return found;
  }

  function show(answer) {
    const parts = [];
    for (const group of answer.results) {
      const title = document.createElement("strong");
      title.textContent = group.text;
      parts.push(title, ...group.children.map(link));
    }
    const remark = document.createElement("p");
    if (!parts.length) remark.textContent = "No name holds this text.";
    if (answer.more) remark.textContent = "There are more: go on typing.";
    if (remark.textContent) parts.push(remark);
    names.replaceChildren(...parts);
  }

  async function find() {
    const text = input.value.trim();
    const number = ++asked;
    if (!text) {
      names.replaceChildren(...atOnce);
      return;
    }
    const response = await fetch(`${element.dataset.source}?${new URLSearchParams({ q: text })}`);
    if (number === asked && response.ok) show(await response.json());
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, 150);
  });
  input.form.addEventListener("submit", (event) => {
    const first = input.value.trim() && names.querySelector("a");
    if (!first) return;
    event.preventDefault();
    location.assign(first.href);
  });
  element.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !element.open) return;
    const stops = [input, ...names.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + step];
    event.preventDefault();
    next?.focus();
  });
  element.addEventListener("toggle", () => {
    if (element.open) input.focus();
  });
});
