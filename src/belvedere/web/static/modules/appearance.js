// The choice of colours takes effect at once; the form keeps it for the next pages.
behaviour("appearance", (element) => {
  element.addEventListener("submit", (event) => {
    const chosen = event.submitter?.value;
    if (!chosen) return;
    event.preventDefault();
    const form = new FormData(element, event.submitter);
    fetch(element.action, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
    document.documentElement.dataset.theme = chosen;
    for (const button of element.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button === event.submitter));
    }
  });
});
