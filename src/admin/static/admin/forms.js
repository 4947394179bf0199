// The page of an object: choosing related rows by typing, filling one field from others, and rows that belong to it.
import { improveSelects } from "./combobox.js";

export function improveForms(root) {
  improveSelects(root);
  for (const form of root.querySelectorAll("form[data-object]")) {
    warnOfLoss(form);
    prepopulate(form);
    for (const set of form.querySelectorAll("[data-inline]")) growing(set);
  }
}

/** Who leaves a page with something unsaved is asked first. */
function warnOfLoss(form) {
  let isSent = false;
  form.addEventListener("input", () => (form.dataset.object = "dirty"));
  form.addEventListener("submit", (event) => (isSent ||= !event.defaultPrevented));
  addEventListener("pageshow", () => (isSent = false));
  addEventListener("beforeunload", (event) => {
    if (form.dataset.object === "dirty" && !isSent) event.preventDefault();
  });
}

/** Fills fields while others are typed, until somebody types into them herself. */
function prepopulate(form) {
  for (const target of form.querySelectorAll("[data-prepopulate]")) {
    const sources = target.dataset.prepopulate.split(" ").map((id) => document.getElementById(id));
    if (sources.includes(null)) continue;
    let isOwn = target.value !== "";
    target.addEventListener("input", () => (isOwn = target.value !== ""));
    const fill = () => {
      if (isOwn) return;
      const limit = target.maxLength > 0 ? target.maxLength : 50;
      target.value = slug(sources.map((source) => source.value).join(" ")).slice(0, limit);
    };
    for (const source of sources) source.addEventListener("input", fill);
    // Somebody may have typed before this script was there.
    if (sources.some(({ value, defaultValue }) => value !== defaultValue)) fill();
  }
}

function slug(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** Rows of another model: more of them, and fewer. */
function growing(set) {
  const empty = set.querySelector("template[data-empty]");
  const place = set.querySelector("[data-forms]");
  const total = set.querySelector(`[name="${set.dataset.inline}-TOTAL_FORMS"]`);
  const button = set.querySelector("[data-more]");
  if (empty && place && total && button) {
    const max = Number(set.dataset.max || 1000);
    button.hidden = Number(total.value) >= max;
    button.addEventListener("click", () => {
      const index = Number(total.value);
      const holder = document.createElement("template");
      holder.innerHTML = empty.innerHTML.replaceAll("__prefix__", String(index));
      const added = holder.content.firstElementChild;
      place.append(holder.content);
      total.value = String(index + 1);
      button.hidden = index + 1 >= max;
      improveSelects(added);
      added.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
  }
  set.addEventListener("change", (event) => {
    if (!event.target.matches("input[name$='-DELETE']")) return;
    event.target.closest("[data-form]")?.classList.toggle("row-removed", event.target.checked);
  });
}
