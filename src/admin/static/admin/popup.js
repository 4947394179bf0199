// Windows beside a form, where a row that it refers to is made or changed.

/** In such a window: tells the form of the row that was saved, and closes. */
export function endPopup() {
  const done = document.querySelector("[data-popup-done]");
  if (!done || !window.opener) return;
  const { key, text } = done.dataset;
  window.opener.postMessage({ type: "admin.saved", key, text }, location.origin);
  window.close();
}

/** Opens `url` in a window of its own, and calls `onSaved` with what is saved there. Gives whether there is one. */
export function openPopup(url, onSaved) {
  const popup = window.open(url, "_blank", "popup,width=960,height=760");
  if (!popup) return false;
  const hear = (event) => {
    if (event.source !== popup || event.origin !== location.origin || event.data?.type !== "admin.saved") return;
    removeEventListener("message", hear);
    onSaved(event.data);
  };
  addEventListener("message", hear);
  return true;
}

/** A key as a step of a URL, as the server writes it. */
export function keyStep(key) {
  const step = encodeURIComponent(key);
  return /^(_.*|\.{0,2})$/.test(key) ? `_${step}_` : step;
}
