// Rows of a list that are edited in place: what was typed there, and who is about to lose it.

/** Whether a field holds something else than it opened with. */
function isEdited(field) {
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (!field.matches("select")) return field.value !== field.defaultValue;
  const options = [...field.options];
  if (field.multiple) return options.some(({ selected, defaultSelected }) => selected !== defaultSelected);
  return field.value !== (options.find(({ defaultSelected }) => defaultSelected) ?? options[0])?.value;
}

/** Whether a list holds what was typed, or was sent and refused: it stands here, and nowhere else. */
export function holdsEdits(form) {
  const fields = form.querySelectorAll("tbody :is(input[name]:not(.select), select[name], textarea)");
  return form.hasAttribute("data-held") || [...fields].some(isEdited);
}

/** The fields of the rows that were edited, with what the page says of each of these rows. */
export function fieldsOfEditedRows(form) {
  const opened = [...form.elements].filter(({ name }) => name.endsWith("-_opened"));
  const isHeld = form.hasAttribute("data-held");
  return opened.flatMap(({ name }) => {
    const fields = [...form.elements].filter((one) => one.name.startsWith(name.slice(0, -"_opened".length)));
    return isHeld || fields.some((field) => field.type !== "hidden" && isEdited(field)) ? fields : [];
  });
}

/** Who leaves a list with something unsaved, or does something else with its rows, is asked first. */
export function warnOfLostEdits() {
  const form = document.querySelector("[data-rows]");
  if (!form) return;
  let isSent = false;
  const question = "What you changed in the list is not saved yet, and would be lost. Go on?";
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "act" && holdsEdits(form) && !confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else isSent = true;
  });
  addEventListener("pageshow", () => (isSent = false));
  addEventListener("beforeunload", (event) => {
    if (!isSent && holdsEdits(form)) event.preventDefault();
  });
}
