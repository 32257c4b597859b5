// A menu closes when something else is clicked or Escape is pressed.
behaviour("menu", (element) => {
  document.addEventListener("click", (event) => {
    if (!element.contains(event.target)) element.open = false;
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && element.open) {
      element.open = false;
      element.querySelector("summary").focus();
    }
  });
});
