// A task of an action, while it runs.
import { connect } from "hotclub/client";

export function followProgress() {
  const place = document.querySelector("[data-progress]");
  if (!place) return;
  const bar = place.querySelector("progress");
  const words = place.querySelector("[data-text]");
  const socket = connect(place.dataset.progress);
  socket.on("progress.changed", ({ state, value, error }) => {
    const share = typeof value === "number" ? value : value?.share;
    if (typeof share === "number") bar.value = Math.min(1, Math.max(0, share));
    if (state === "running") {
      words.textContent = value?.text ?? (typeof share === "number" ? `${Math.round(share * 100)} %` : "Running …");
      return;
    }
    bar.value = 1;
    const ends = { succeeded: "Done.", cancelled: "Cancelled." };
    words.textContent = ends[state] ?? (error ? `Failed: ${String(error)}` : "Failed.");
    place.dataset.state = state;
    socket.close();
  });
}
