// A form whose answer takes a while says so, and is not sent twice.
behaviour("waiting", (element) => {
  const told = element.querySelector('[data-part="waiting"]');
  element.addEventListener("submit", () => {
    if (told) told.textContent = element.dataset.waiting;
    // After this event, so that the button that was pressed is sent along.
    setTimeout(() => {
      for (const button of element.querySelectorAll("button")) button.disabled = true;
    });
  });
  // Back from the next page, the browser shows this one as it was left.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (told) told.textContent = "";
    for (const button of element.querySelectorAll("button")) button.disabled = false;
  });
});
