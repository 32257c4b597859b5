// Behaviours: `behaviour("name", (element) => ...)` runs for each element with `data-module="name"` (several names may
// stand there, apart by blanks), also for those that arrive later. Every page works without any of them.
const behaviours = new Map();
const behaving = new WeakMap();

function behaviour(name, begin) {
  behaviours.set(name, begin);
}

function bringToLife(root) {
  const found = root.matches?.("[data-module]") ? [root] : [];
  for (const element of [...found, ...root.querySelectorAll("[data-module]")]) {
    const begun = behaving.get(element) ?? new Set();
    behaving.set(element, begun);
    for (const name of element.dataset.module.split(/\s+/)) {
      const begin = behaviours.get(name);
      if (begin && !begun.has(name)) {
        begun.add(name);
        begin(element);
      }
    }
  }
}

// Whether a key press is meant for a field, and not for the page.
function isTyping(event) {
  return event.target.closest?.("input, textarea, select, [contenteditable]") || event.metaKey || event.altKey;
}
