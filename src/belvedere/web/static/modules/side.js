// Where the pages at the side stand in one line, the present one is scrolled into it.
behaviour("side", (element) => {
  const here = element.querySelector("[aria-current]");
  const line = here?.closest("ul");
  if (line) line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
});
