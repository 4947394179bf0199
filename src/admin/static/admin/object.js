// The page of an object: who else is here, and whether it was changed meanwhile.
import { connect } from "hotclub/client";

export function followObject() {
  const place = document.querySelector("[data-object-socket]");
  if (!place) return;
  const people = place.querySelector("[data-people]");
  const news = place.querySelector("[data-news]");
  const socket = connect(place.dataset.objectSocket);
  socket.presence.onChange(() => {
    const others = socket.presence.list().filter(({ person }) => person !== place.dataset.me);
    people.replaceChildren(
      ...[...new Map(others.map((one) => [one.person, one])).values()].map(({ meta }) => {
        const tag = document.createElement("span");
        tag.className = "tag";
        tag.textContent = `${meta.name} is here, too`;
        return tag;
      }),
    );
  });
  socket.on("admin.changed", ({ isDeleted }) => {
    if (place.dataset.saving) return;
    news.hidden = false;
    news.querySelector("[data-text]").textContent = isDeleted
      ? `This was deleted just now.${place.hasAttribute("data-may-add") ? " If you save, it can be added again." : ""}`
      : "This was changed just now. What you see is older; if you save, you will be shown the differences.";
  });
  document.querySelector("form.form")?.addEventListener("submit", () => (place.dataset.saving = "1"));
}
