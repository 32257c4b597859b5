// A file of a difference can be shut, and marked as viewed; this browser remembers it for these two changesets.
const STORE = "belvedere.viewed";
const MOST = 2000;

function viewed() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function remember(key, isSeen) {
  const others = viewed().filter((each) => each !== key);
  try {
    localStorage.setItem(STORE, JSON.stringify((isSeen ? [...others, key] : others).slice(-MOST)));
  } catch { /* a browser that stores nothing forgets it with the page */ }
}

function cross(element, isSeen) {
  const leaf = document.querySelector(`.tree a[href="#${CSS.escape(element.id)}"]`);
  leaf?.closest("li").classList.toggle("seen", isSeen);
}

behaviour("diff-file", (element) => {
  const header = element.querySelector("header");
  const name = header.querySelector("h3 b").textContent;
  const fold = document.createElement("button");
  fold.type = "button";
  fold.className = "fold";
  fold.setAttribute("aria-label", `Lines of ${name}`);
  fold.innerHTML = '<svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 6l4 4 4-4"/></svg>';
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", `Viewed ${name}`);
  label.append(box, " Viewed");

  function shut(isShut) {
    element.classList.toggle("shut", isShut);
    fold.setAttribute("aria-expanded", String(!isShut));
  }

  function see(isSeen) {
    box.checked = isSeen;
    element.classList.toggle("seen", isSeen);
    cross(element, isSeen);
    shut(isSeen);
  }

  fold.addEventListener("click", () => shut(!element.classList.contains("shut")));
  box.addEventListener("change", () => {
    see(box.checked);
    remember(element.dataset.key, box.checked);
  });
  header.prepend(fold);
  header.querySelector(".end").append(label);
  see(viewed().includes(element.dataset.key));
});
