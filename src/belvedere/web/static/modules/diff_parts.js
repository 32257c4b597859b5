// Parts of a difference arrive when they are wanted: a file when it comes near, further lines and files on a click.
const coming = new WeakSet();
const waiting = [];
let running = 0;
const AT_ONCE = 3;

async function arrive(url) {
  const response = await fetch(url, { headers: { "HX-Request": "true" } });
  const elsewhere = response.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  if (!response.ok) throw new Error((await response.text()).slice(0, 200));
  const holder = document.createElement("template");
  holder.innerHTML = (await response.text()).trim();
  return holder.content;
}

// Puts what arrives in the place of an element; the link stays where it fails, so that it can be tried again.
async function replace(link, url, place) {
  if (coming.has(link)) return;
  coming.add(link);
  link.setAttribute("aria-busy", "true");
  try {
    const part = await arrive(url);
    const elements = [...part.children];
    place.replaceWith(part);
    elements.forEach(bringToLife);
    document.dispatchEvent(new CustomEvent("diff:arrived", { detail: elements }));
  } catch {
    const said = link.closest(".note, td, p");
    if (said && !said.querySelector(".failed")) {
      const failed = document.createElement("span");
      failed.className = "bad failed";
      failed.textContent = " It did not come: try again.";
      said.append(failed);
    }
  } finally {
    coming.delete(link);
    link.removeAttribute("aria-busy");
  }
}

async function next() {
  if (running >= AT_ONCE || !waiting.length) return;
  const link = waiting.shift();
  running += 1;
  try {
    if (link.isConnected) await replace(link, link.dataset.article, link.closest(".file"));
  } finally {
    running -= 1;
    next();
  }
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    waiting.push(entry.target.querySelector("a[data-article]"));
    next();
  }
}, { rootMargin: "700px" });

behaviour("diff-later", (element) => near.observe(element));

// The list of files without the numbers of lines asks for itself again.
behaviour("diff-tree", async (element) => {
  if (!element.dataset.source) return;
  const part = await arrive(element.dataset.source).catch(() => null);
  const fresh = part?.querySelector(".tree");
  if (!fresh) return;
  fresh.removeAttribute("data-module");
  const sum = fresh.querySelector(".sum");
  const title = document.getElementById("files-changed");
  if (sum && title && !title.querySelector(".count")) title.append(" ", ...sum.children);
  sum?.remove();
  for (const link of fresh.querySelectorAll("li a")) {
    const anchor = link.hash;
    if (document.getElementById(decodeURIComponent(anchor.slice(1)))) link.setAttribute("href", anchor);
  }
  element.replaceWith(fresh);
  document.dispatchEvent(new CustomEvent("diff:arrived", { detail: [fresh] }));
});

behaviour("later", async (element) => {
  const part = await arrive(element.dataset.source).catch(() => null);
  if (part) element.replaceChildren(part);
});

document.addEventListener("click", (event) => {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest?.("a[data-rows], a[data-article], a[data-more]");
  if (!link) {
    const leaf = event.target.closest?.(".tree a");
    const anchor = leaf?.hash;
    if (anchor && document.getElementById(decodeURIComponent(anchor.slice(1)))) {
      event.preventDefault();
      location.hash = anchor;
    }
    return;
  }
  event.preventDefault();
  const { rows, article, more } = link.dataset;
  if (rows) replace(link, rows, link.closest("tr"));
  if (article) replace(link, article, link.closest(".file"));
  if (more) replace(link, more, link.closest("p"));
});

// A link to a line of a file that is not here yet brings the file, and then goes to the line.
function seek() {
  const name = decodeURIComponent(location.hash.slice(1));
  const prefix = /^(.+)_[no]\d+$/.exec(name)?.[1];
  if (!prefix || document.getElementById(name)) return;
  const file = document.querySelector(`.file[data-prefix="${CSS.escape(prefix)}"]`);
  const link = file?.querySelector("a[data-article]");
  if (!link) return;
  replace(link, link.dataset.article, file).then(() => document.getElementById(name) && location.replace(location.hash));
}

window.addEventListener("hashchange", seek);
setTimeout(seek);
