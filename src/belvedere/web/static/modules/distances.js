// How far each name is from the default branch comes after the list: counting may take a moment.
behaviour("distances", async (element) => {
  const response = await fetch(element.dataset.source);
  if (!response.ok) return;
  const { distances } = await response.json();
  element.querySelectorAll("[data-apart]").forEach((cell, place) => {
    const text = cell.querySelector("span");
    const found = distances[place];
    if (!text || !found) return;
    const [ahead, behind] = found;
    const words = [ahead && `${ahead.toLocaleString()} ahead`, behind && `${behind.toLocaleString()} behind`];
    text.textContent = words.filter(Boolean).join(", ") || "the same";
    text.title = `Compared with ${text.dataset.to}`;
  });
});
