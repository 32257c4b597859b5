// Exact times in the viewer's own zone.
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) time.title = exact.format(moment);
  }
}

localise(document);
document.addEventListener("htmx:load", (event) => localise(event.detail.elt));
