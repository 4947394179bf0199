// What stands around every page: the look, and the models.

/** Changes the look without leaving the page: nothing that is typed in it is lost. */
export function changeTheme() {
  const form = document.querySelector("[data-theme-form]");
  const button = form?.querySelector("button");
  const change = async () => {
    const theme = button.value;
    const body = new URLSearchParams(new FormData(form, button));
    try {
      // Where it leads to is the page that is there already.
      await fetch(form.action, { method: "POST", body, redirect: "manual" });
    } catch {
      return;
    }
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.value = { auto: "dark", dark: "light", light: "auto" }[theme];
    const name = theme === "auto" ? "as the system" : theme;
    button.setAttribute("aria-label", `Theme: ${name}. Change it`);
  };
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void change();
  });
}

/** So many models are seen at a glance; more are found by typing. */
const fewModels = 8;

export function findModels() {
  const menu = document.querySelector(".sidebar");
  const input = menu?.querySelector("[data-find-model]");
  if (!input) return;
  menu.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  const lists = [...menu.querySelectorAll("ul:not(.menu-account)")];
  const items = lists.flatMap((list) => [...list.children]);
  if (items.length <= fewModels) return;
  input.hidden = false;
  const none = menu.querySelector("[data-found-none]");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const find = () => {
    const typed = plain(input.value.trim());
    for (const item of items) item.hidden = !plain(item.textContent).includes(typed);
    for (const list of lists) {
      const isEmpty = [...list.children].every(({ hidden }) => hidden);
      list.hidden = isEmpty;
      list.previousElementSibling.hidden = isEmpty;
    }
    none.hidden = items.some(({ hidden }) => !hidden);
  };
  input.addEventListener("input", find);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && input.value !== "") {
      event.preventDefault();
      input.value = "";
      find();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (input.value.trim() !== "")
        items
          .find(({ hidden }) => !hidden)
          ?.querySelector("a")
          ?.click();
    }
  });
  // The browser may have kept what was typed before.
  find();
}
