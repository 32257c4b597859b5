// Keys on pages about files: `y` gives the address its hash, `t` finds a file, `l` goes to a line.
behaviour("file-keys", (element) => {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.ctrlKey) return;
    if (event.key === "y") {
      history.replaceState(history.state, "", element.dataset.permalink + location.search + location.hash);
    }
    const field = { t: ".finder input", l: "form.line [name=line]" }[event.key];
    const input = field && document.querySelector(field);
    if (input) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
});
