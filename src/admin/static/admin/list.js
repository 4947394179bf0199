// A list: choosing rows, and keeping up with what changes anywhere.
import { connect } from "hotclub/client";
import { holdsEdits } from "./edited.js";
import { showTimes } from "./times.js";

export function followList() {
  const form = document.querySelector("[data-rows]");
  if (!form) return;
  const chosen = choosing(form);
  const live = document.querySelector("[data-live]");
  if (live?.dataset.socket) keepUp(form, live, chosen);
}

/** One box for all rows of the page; how many are chosen; Shift chooses a range. */
function choosing(form) {
  const said = document.querySelector("[data-chosen]");
  const boxes = () => [...form.querySelectorAll(".select")];
  // By its key: the box itself may have been replaced by a newer one.
  let lastKey;
  const tell = () => {
    const count = boxes().filter((box) => box.checked).length;
    if (said) said.textContent = count === 0 ? "" : `${count} chosen`;
    const all = form.querySelector("[data-choose-all]");
    if (!all) return;
    all.hidden = false;
    all.checked = count > 0 && count === boxes().length;
    all.indeterminate = count > 0 && !all.checked;
  };
  form.addEventListener("click", (event) => {
    const box = event.target.closest?.(".select");
    if (!box) return;
    const all = boxes();
    const last = all.findIndex(({ value }) => value === lastKey);
    if (event.shiftKey && last >= 0) {
      const [from, to] = [last, all.indexOf(box)].sort((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    }
    lastKey = box.value;
    tell();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose-all]")) for (const box of boxes()) box.checked = event.target.checked;
    tell();
  });
  tell();
  return tell;
}

/** Asks for the rows again when something has changed, one time after the other, until nothing has changed since. */
function keepUp(form, live, tell) {
  let isStale = false;
  let isAsking = false;
  // What is pressed, typed in or sent just now must not be replaced under the reader's hand.
  let isPressed = false;
  let isSent = false;
  const isBusy = () =>
    isPressed ||
    isSent ||
    holdsEdits(form) ||
    (form.contains(document.activeElement) &&
      document.activeElement.matches("input:not(.select):not([type=checkbox]), select, textarea"));
  const refresh = async () => {
    if (isAsking || !isStale || isBusy()) return;
    isAsking = true;
    isStale = false;
    try {
      const response = await fetch(location.href, { headers: { "x-part": "results" }, credentials: "same-origin" });
      const text = await response.text();
      if (isBusy()) isStale = true;
      // Led elsewhere: who reads this is not logged in any more.
      else if (response.redirected || response.status === 403) location.reload();
      else if (response.ok) put(text);
    } catch {
      isStale = true;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    isAsking = false;
    void refresh();
  };
  const put = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const before = new Map([...form.querySelectorAll("tr[data-key]")].map((row) => [row.dataset.key, row]));
    const chosenKeys = new Set([...form.querySelectorAll(".select:checked")].map((box) => box.value));
    showTimes(page);
    for (const row of page.querySelectorAll("tr[data-key]")) {
      const old = before.get(row.dataset.key);
      const box = row.querySelector(".select");
      if (box && chosenKeys.has(row.dataset.key)) box.checked = true;
      if (!old || old.textContent !== row.textContent) row.classList.add("changed");
    }
    const focused = document.activeElement?.closest?.("tr[data-key]")?.dataset.key;
    const wasBox = document.activeElement?.matches?.(".select");
    const token = form.querySelector("input[type=hidden][name]");
    form.replaceChildren(...(token ? [token] : []), ...page.body.children);
    const count = form.querySelector("[data-count]");
    if (count) live.textContent = count.dataset.count;
    if (focused) {
      const row = [...form.querySelectorAll("tr[data-key]")].find((one) => one.dataset.key === focused);
      row?.querySelector(wasBox ? ".select" : "a")?.focus({ preventScroll: true });
    }
    tell();
  };
  const socket = connect(live.dataset.socket);
  socket.on("admin.changed", () => {
    isStale = true;
    void refresh();
  });
  let wasLost = false;
  socket.onState((state) => {
    live.dataset.state = state === "open" ? "on" : "off";
    live.title =
      state === "open" ? "This list keeps itself up to date" : "Not connected: reload to see what has changed";
    // What happened before the line stood was told to nobody here.
    if (state === "open" && (wasLost || !live.dataset.once)) {
      isStale = true;
      void refresh();
    }
    live.dataset.once = "1";
    wasLost = state !== "open";
  });
  form.addEventListener("focusout", () => setTimeout(() => void refresh()));
  form.addEventListener("pointerdown", () => (isPressed = true));
  for (const name of ["pointerup", "pointercancel", "dragend"]) {
    addEventListener(name, () => {
      isPressed = false;
      // The click comes after this.
      setTimeout(() => void refresh());
    });
  }
  form.addEventListener("submit", () => (isSent = true));
  // The page may come back as it was, by the button that leads there.
  addEventListener("pageshow", () => {
    isSent = false;
    void refresh();
  });
}
