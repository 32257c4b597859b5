// What is brought in in the background: the numbers follow, and when something else is to be said, so does the page.
behaviour("arrival", (element) => {
  const began = Date.now();
  const PATIENT_AFTER = 20_000;

  async function look() {
    if (!element.isConnected) return;
    if (document.hidden) {
      document.addEventListener("visibilitychange", look, { once: true });
      return;
    }
    try {
      const response = await fetch(element.dataset.source, { headers: { "HX-Request": "true", Accept: "text/html" } });
      const goal = response.headers.get("HX-Redirect");
      if (goal) return location.assign(goal);
      if (response.status < 500 && (!response.ok || !follow(await response.text()))) return location.reload();
    } catch {
      // The server is just restarting, or the network is away: the next look tells.
    }
    setTimeout(look, Date.now() - began < PATIENT_AFTER ? 1000 : 3000);
  }

  function follow(text) {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const found = holder.content.querySelector("[data-state]");
    if (found?.dataset.state !== element.querySelector("[data-state]").dataset.state) return false;
    for (const part of found.querySelectorAll("[data-part]")) {
      const shown = element.querySelector(`[data-part="${part.dataset.part}"]`);
      const bar = shown.querySelector("progress");
      const next = part.querySelector("progress");
      if (bar?.hasAttribute("max") && next?.hasAttribute("max")) {
        bar.max = next.max;
        bar.value = next.value;
      } else if (shown.innerHTML !== part.innerHTML) {
        shown.innerHTML = part.innerHTML;
      }
    }
    return true;
  }

  setTimeout(look, 1000);
});
