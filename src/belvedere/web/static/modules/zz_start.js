// The last file of all: everything is known now.
document.documentElement.classList.add("js");
bringToLife(document);
document.addEventListener("htmx:load", (event) => bringToLife(event.detail.elt));
