// Forms are sent once: a second click while the first is on its way would do things twice.

/** For so long, in milliseconds, a second click is taken for one of haste; later ones are asked about. */
const hasteMs = 8000;

export function sendOnce(root) {
  for (const form of root.querySelectorAll("form[method=post]:not([data-theme-form])")) {
    let sentAt;
    let pressed;
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      const isAgain = sentAt !== undefined;
      if (isAgain && (Date.now() - sentAt < hasteMs || !confirm("This is on its way already. Send it once more?"))) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      sentAt = Date.now();
      pressed = event.submitter;
      pressed?.setAttribute("aria-busy", "true");
    });
    // The browser may show the page again as it was left, by the button that leads back.
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      sentAt = undefined;
      pressed?.removeAttribute("aria-busy");
    });
  }
}
