// What takes longer than the page comes after it: the element is replaced by what its `data-source` gives.
behaviour("lazy", async (element) => {
  const response = await fetch(element.dataset.source, { headers: { "HX-Request": "true", Accept: "text/html" } });
  if (!response.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = await response.text();
  const parts = [...holder.content.children];
  element.replaceWith(holder.content);
  for (const elt of parts) document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt } }));
});
