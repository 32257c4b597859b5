// Files of a gist come and go without asking the server, and leaving with unsaved text is asked about first.
behaviour("gistform", (form) => {
  const rows = form.querySelector("[data-rows]");
  const blank = form.querySelector("template");
  let isChanged = false;

  // The values of the boxes are the places of their rows, as the server reads them.
  function number() {
    rows.querySelectorAll("input[name=remove]").forEach((box, place) => { box.value = place; });
  }

  form.querySelector("button[name=add]").addEventListener("click", (event) => {
    event.preventDefault();
    rows.append(blank.content.cloneNode(true));
    number();
    rows.lastElementChild.querySelector("input[name=filenames]").focus();
  });
  rows.addEventListener("change", (event) => {
    if (event.target.name !== "remove") return;
    const row = event.target.closest("fieldset");
    const isNew = !row.querySelector("input[name=files]").value;
    if (isNew && event.target.checked && rows.children.length > 1) {
      row.remove();
      number();
    } else {
      row.classList.toggle("removed", event.target.checked);
    }
  });
  form.addEventListener("input", () => { isChanged = true; });
  form.addEventListener("submit", () => { isChanged = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
});
