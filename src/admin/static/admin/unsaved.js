// What was sent and not saved, because the session had ended, the line broke or the server failed: this window keeps it,
// and puts it back when the form is opened again.

import { fieldsOfEditedRows } from "./edited.js";

const prefix = "admin.unsaved ";
const lastKey = "admin.sent";
const maxAgeMs = 12 * 3600 * 1000;

export function keepUnsaved() {
  const user = document.querySelector("main[data-user]")?.dataset.user;
  if (user === undefined) return;
  const form = document.querySelector("form[data-object], form[data-rows]");
  settle(form);
  if (form) {
    form.addEventListener("submit", (event) => {
      if (!event.defaultPrevented && !/^_?act$/.test(event.submitter?.name ?? "")) keep(form, user);
    });
    putBack(form, user);
  }
  document.querySelector("form[action$='/logout/']")?.addEventListener("submit", forgetAll);
}

/** Where what is sent from here is kept: two lists of one model may show different rows. */
function placeOf(form) {
  return form.matches("[data-rows]") ? location.pathname + location.search : location.pathname;
}

/** Whether a page shows what was sent, with what is wrong. */
function isShownAgain(form) {
  return form.dataset.object === "dirty" || form.hasAttribute("data-held");
}

/** What was sent last has been answered when the page says that it is saved, or shows it with what is wrong. */
function settle(form) {
  const path = stored(lastKey);
  if (path === null) return;
  const isSaved = document.querySelector("[data-saved], [data-popup-done]") !== null;
  if (!isSaved && !(form && isShownAgain(form))) return;
  store(prefix + path, undefined);
  store(lastKey, undefined);
}

function keep(form, user) {
  const values = [];
  let hasFiles = false;
  for (const control of form.matches("[data-rows]") ? fieldsOfEditedRows(form) : form.elements) {
    const { name, type } = control;
    if (name === "" || name === "csrfToken" || /^(submit|button|password|fieldset)$/.test(type)) continue;
    if (type === "file") hasFiles ||= control.files.length > 0;
    else if (type === "checkbox" || type === "radio") values.push([name, control.checked ? [control.value] : []]);
    else if (type.startsWith("select")) {
      const chosen = [...control.selectedOptions];
      values.push([name, chosen.map(({ value }) => value), chosen.map(({ textContent }) => textContent)]);
    } else values.push([name, [control.value]]);
  }
  if (values.length === 0) return;
  const path = placeOf(form);
  store(prefix + path, JSON.stringify({ user, at: Date.now(), hasFiles, values }));
  store(lastKey, path);
}

function putBack(form, user) {
  const key = prefix + placeOf(form);
  const kept = read(key);
  if (!kept || isShownAgain(form)) return;
  const isOld = Date.now() - kept.at > maxAgeMs;
  if (isOld || kept.user !== user) return store(key, undefined);
  if (!form.querySelector("[name=_save], [name=save]")) return;
  const place = document.querySelector("[data-unsaved]");
  if (!place) return;
  fill(form, kept.values);
  if (form.matches("[data-object]")) form.dataset.object = "dirty";
  const missing = kept.values.some(([name]) => name.endsWith("-_opened") && !form.elements[name]);
  place.querySelector("[data-missing]").hidden = !missing;
  place.hidden = false;
  place.querySelector("[data-sent-at]").textContent = new Date(kept.at).toLocaleTimeString([], { timeStyle: "short" });
  place.querySelector("[data-files]").hidden = !kept.hasFiles;
  place.querySelector("[data-discard]").addEventListener("click", () => {
    store(key, undefined);
    if (form.matches("[data-object]")) form.dataset.object = "";
    else form.reset();
    location.replace(location.href);
  });
}

function fill(form, kept) {
  const byName = new Map();
  for (const [name, values, texts] of kept) {
    const all = byName.get(name) ?? [];
    byName.set(name, all);
    all.push({ values, texts });
  }
  const skipped = growSets(form, byName);
  for (const control of form.elements) {
    const { name, type } = control;
    const next = byName.get(name);
    if (!next || skipped.some((set) => name.startsWith(`${set}-`))) continue;
    // Controls of one name stand in the same order as they did.
    const { values, texts } = next.shift() ?? { values: [] };
    if (type === "hidden" && !name.endsWith("_opened")) continue;
    if (type === "checkbox" || type === "radio") control.checked = values.includes(control.value);
    else if (type.startsWith("select")) choose(control, values, texts ?? []);
    else control.value = values[0] ?? "";
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("restored"));
  }
}

/** As many rows below as there were. Gives the sets that have other rows now, whose values would come to the wrong ones. */
function growSets(form, byName) {
  const skipped = [];
  for (const set of form.querySelectorAll("[data-inline]")) {
    const name = set.dataset.inline;
    const valueOf = (key) => byName.get(`${name}-${key}`)?.[0]?.values[0];
    const keys = [...set.querySelectorAll(`[name^="${name}-"][name$="-KEY"]`)];
    const isSame =
      valueOf("INITIAL_FORMS") === form.elements[`${name}-INITIAL_FORMS`]?.value &&
      keys.every((key) => byName.get(key.name)?.[0]?.values[0] === key.value);
    if (!isSame) {
      skipped.push(name);
      continue;
    }
    const more = set.querySelector("[data-more]");
    const missing = Number(valueOf("TOTAL_FORMS")) - Number(form.elements[`${name}-TOTAL_FORMS`].value);
    for (let at = 0; at < missing; at++) if (!more?.hidden) more?.click();
  }
  return skipped;
}

function choose(select, values, texts) {
  for (const [at, value] of values.entries()) {
    if (![...select.options].some((option) => option.value === value)) select.append(new Option(texts[at], value));
  }
  for (const option of select.options) option.selected = values.includes(option.value);
}

function forgetAll() {
  for (const key of keys()) if (key.startsWith(prefix) || key === lastKey) store(key, undefined);
}

// A browser may have no such place, or no room in it: then nothing is kept.

function store(key, text) {
  try {
    if (text === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    return;
  }
}

function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function read(key) {
  try {
    return JSON.parse(stored(key) ?? "null");
  } catch {
    return null;
  }
}

function keys() {
  try {
    return Object.keys(sessionStorage);
  } catch {
    return [];
  }
}
