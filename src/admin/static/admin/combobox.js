// A list to choose from that asks the server for what is typed. What is chosen stays in the select that it stands for.
import { keyStep, openPopup } from "./popup.js";

let count = 0;

export function improveSelects(root) {
  for (const select of root.querySelectorAll("select[data-options]")) {
    if (!select.dataset.improved) improve(select);
  }
}

function improve(select) {
  select.dataset.improved = "1";
  select.hidden = true;
  const id = `combobox-${(count += 1)}`;
  const box = element("div", { className: "combobox" });
  const picked = element("div", { className: "picked" });
  const input = element("input", { type: "text", autocomplete: "off", id: `${id}-input` });
  const list = element("ul", { id, hidden: true });
  list.setAttribute("role", "listbox");
  const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  for (const name of ["aria-label", "aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  if (label) {
    label.htmlFor = input.id;
    list.setAttribute("aria-label", label.textContent.trim());
  }
  input.required = select.required && !select.multiple;
  select.required = false;
  input.disabled = select.disabled;
  box.append(input, list);
  const tools = element("div", { className: "relation-tools" });
  const line = element("div", { className: "relation" });
  line.append(box, tools);
  select.before(...(select.multiple ? [picked, line] : [line]));

  let options = [];
  let active = -1;
  let asked = 0;
  let timer;
  const saved = ({ key, text }) => {
    const known = [...select.options].find((one) => one.value === key);
    if (known) known.textContent = text;
    choose({ id: key, text });
    input.focus();
  };
  const tool = (icon, name) => {
    const link = element("a", { className: "button quiet square", target: "_blank", title: name });
    link.setAttribute("aria-label", name);
    link.append(iconOf(icon));
    link.addEventListener("click", (event) => {
      if (openPopup(link.href, saved)) event.preventDefault();
    });
    tools.append(link);
    return link;
  };
  const { add, change, what = "" } = select.dataset;
  const changing = change && !select.multiple ? tool("edit", `Change the chosen ${what}`) : undefined;
  if (add) tool("plus", `Add another ${what}`).href = add;
  const chosen = () => [...select.selectedOptions].filter(({ value }) => value !== "");

  const showChosen = () => {
    if (changing) {
      const option = chosen()[0];
      changing.hidden = !option;
      if (option) changing.href = select.dataset.change.replace("__key__", keyStep(option.value));
    }
    if (!select.multiple) {
      input.value = chosen()[0]?.textContent.trim() ?? "";
      return;
    }
    picked.replaceChildren(
      ...chosen().map((option) => {
        const tag = element("span", { className: "tag", textContent: option.textContent.trim() });
        const remove = element("button", { type: "button", textContent: "×" });
        remove.setAttribute("aria-label", `Take ${option.textContent.trim()} away`);
        remove.addEventListener("click", () => {
          option.selected = false;
          changed();
          input.focus();
        });
        tag.append(" ", remove);
        return tag;
      }),
    );
  };
  const changed = () => {
    showChosen();
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const close = () => {
    // What is still to be asked, or on its way, would open the list again.
    clearTimeout(timer);
    asked += 1;
    input.removeAttribute("aria-busy");
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = ({ id: value, text }) => {
    let option = [...select.options].find((one) => one.value === String(value));
    if (!option) {
      option = new Option(text, value);
      select.append(option);
    }
    option.selected = true;
    close();
    if (select.multiple) input.value = "";
    changed();
  };
  const mark = (index) => {
    active = options.length === 0 ? -1 : (index + options.length) % options.length;
    for (const [at, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(at === active));
      if (at === active) {
        input.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      }
    }
  };
  const show = (found, more) => {
    options = found;
    active = -1;
    list.replaceChildren(
      ...found.map((option, index) => {
        const item = element("li", { textContent: option.text, id: `${id}-${index}` });
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => choose(option));
        return item;
      }),
    );
    if (found.length === 0 || more) {
      const item = element("li", { className: "help", textContent: more ? "Type to find more" : "Nothing found" });
      item.setAttribute("role", "option");
      item.setAttribute("aria-disabled", "true");
      list.append(item);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const ask = async () => {
    const mine = (asked += 1);
    const current = chosen()[0]?.textContent.trim() ?? "";
    const typed = !select.multiple && input.value === current ? "" : input.value;
    const url = new URL(select.dataset.options, location.href);
    url.searchParams.set("q", typed);
    input.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(url, { headers: { accept: "application/json" }, credentials: "same-origin" });
      if (!response.ok) throw new Error(response.statusText);
      const { results, more } = await response.json();
      if (mine === asked) show(results, more);
    } catch {
      if (mine === asked) close();
    } finally {
      if (mine === asked) input.removeAttribute("aria-busy");
    }
  };
  input.addEventListener("focus", ask);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    input.setAttribute("aria-busy", "true");
    timer = setTimeout(() => void ask(), 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) void ask();
      else mark(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1));
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (active >= 0) choose(options[active]);
    } else if (event.key === "Escape" && (!list.hidden || input.hasAttribute("aria-busy"))) {
      event.preventDefault();
      close();
      showChosen();
    } else if (event.key === "Backspace" && input.value === "" && select.multiple) {
      const last = chosen().at(-1);
      if (last) {
        last.selected = false;
        changed();
      }
    }
  });
  input.addEventListener("blur", () => {
    close();
    if (select.multiple) input.value = "";
    else if (input.value.trim() === "" && chosen().length > 0) {
      for (const option of select.options) option.selected = option.value === "";
      if (![...select.options].some(({ value }) => value === "")) select.prepend(new Option("", "", true, true));
      changed();
    } else showChosen();
  });
  select.addEventListener("restored", showChosen);
  showChosen();
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

/** A picture of the sprite that the page's own pictures come from. */
function iconOf(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  use.setAttribute("href", `${sprite}#${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
