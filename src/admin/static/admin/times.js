// Instants come in UTC; the reader sees them in her own zone, with UTC in the title.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function showTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const instant = new Date(time.dateTime);
    if (Number.isNaN(instant.getTime()) || time.dataset.shown) continue;
    time.title = time.textContent;
    time.textContent = format.format(instant);
    time.dataset.shown = "1";
  }
}
