// The permissions editor: names are found while they are typed, rows are added, and what is not saved yet shows.
behaviour("grants", (element) => {
  const pending = element.querySelector('[data-part="pending"]');
  const addition = element.querySelector(".grants-new");

  function wait(action) {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(action, 150);
    };
  }

  function tell() {
    let count = 0;
    for (const row of element.querySelectorAll("tbody tr")) {
      const select = row.querySelector("select");
      const isStruck = row.querySelector('input[type="checkbox"]')?.checked ?? false;
      const isChanged = isStruck || select.value !== select.name.at(-1);
      row.classList.toggle("struck", isStruck);
      row.classList.toggle("changed", isChanged);
      count += isChanged;
    }
    for (const input of element.querySelectorAll('[name="new_name"]')) count += input.value.trim() !== "";
    pending.textContent = count ? `${count} ${count === 1 ? "change" : "changes"} not saved yet` : "";
  }

  let number = 0;
  function find(row) {
    const input = row.querySelector('[name="new_name"]');
    const kind = row.querySelector('[name="new_kind"]');
    const box = document.createElement("div");
    const list = document.createElement("ul");
    list.id = `found-${(number += 1)}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Users and user groups");
    list.hidden = true;
    box.className = "found";
    input.replaceWith(box);
    box.append(input, list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    let asked = "";

    function show(isOpen) {
      list.hidden = !isOpen;
      input.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) input.removeAttribute("aria-activedescendant");
    }

    function choose(option) {
      asked = input.value = option.dataset.name;
      kind.value = option.dataset.kind;
      show(false);
      tell();
    }

    function mark(option) {
      for (const each of list.children) each.setAttribute("aria-selected", String(each === option));
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    const ask = wait(async () => {
      const query = (asked = input.value.trim());
      if (!query) return show(false);
      const answer = await fetch(`${element.dataset.source}?${new URLSearchParams({ query })}`, {
        headers: { Accept: "application/json" },
      });
      const { results } = answer.ok ? await answer.json() : { results: [] };
      if (query !== asked) return undefined;
      const marked = list.querySelector('[aria-selected="true"]')?.dataset.name;
      list.replaceChildren(...results.map((each, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.kind = each.type;
        option.dataset.name = each.name;
        const more = each.type === "group" ? "user group" : `${each.fname} ${each.lname}`.trim();
        option.textContent = more ? `${each.name} (${more})` : each.name;
        return option;
      }));
      show(results.length > 0 && document.activeElement === input);
      const again = [...list.children].find((each) => each.dataset.name === marked);
      if (again && !list.hidden) mark(again); // a later answer takes no choice away
      return undefined;
    });

    show(false);
    input.addEventListener("input", ask);
    input.addEventListener("blur", () => show(false));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus
      const option = event.target.closest('[role="option"]');
      if (option) choose(option);
    });
    input.addEventListener("keydown", (event) => {
      const options = [...list.children];
      const place = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
      if (list.hidden || !options.length) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark(options[(place + step + options.length) % options.length]);
      } else if (event.key === "Enter" && place >= 0) {
        choose(options[place]);
      } else if (event.key === "Escape") {
        show(false);
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  const model = addition.querySelector('[data-part="new"]').cloneNode(true);
  model.classList.remove("wrong");
  model.querySelector(".bad")?.remove();
  for (const row of addition.querySelectorAll('[data-part="new"]')) find(row);
  const more = document.createElement("button");
  more.type = "button";
  more.className = "button plain";
  more.textContent = "Add another";
  more.addEventListener("click", () => {
    const row = model.cloneNode(true);
    const input = row.querySelector("input");
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
    more.before(row);
    find(row);
    input.focus();
  });
  addition.append(more);
  element.addEventListener("input", tell);
  element.addEventListener("change", tell);
  tell();
});
