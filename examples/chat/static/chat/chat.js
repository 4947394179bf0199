// The browser's side of a room: shows what comes and sends what is written. The client comes back by itself when the line
// is lost, with everything that was said meanwhile.
import { connect } from "hotclub/client";

const room = document.querySelector("main.room");
const list = document.querySelector("#messages");
const template = document.querySelector("#message");
const form = document.querySelector("#compose");
const input = document.querySelector("#text");
const status = document.querySelector("#status");
const hereList = document.querySelector("#here");
const typingLine = document.querySelector("#typing");

const typingForMs = 3_000;
const typing = new Map();

const chat = connect(room.dataset.socket);
chat.on("chat.message", showMessage);
chat.on("chat.link", showLink);
chat.on("progress.changed", showLookingUp);
chat.on("chat.typing", ({ name }) => {
  typing.set(name, Date.now());
  showTyping();
});
chat.on("error", ({ error }) => setStatus(error.message));
chat.presence.onChange(showHere);
chat.onState((state) => {
  if (state === "open") setStatus("");
  else if (state === "waiting") setStatus("The line is lost. Coming back …");
  else if (state === "closed") setStatus("The line is closed. Open the page again to come back.");
});
chat.onJoined(async ({ recovered, isFirst }) => {
  if (recovered || isFirst) return;
  // Away for longer than the group remembers: the server looks it up.
  while ((await chat.ask("since", { id: lastId() }, { resend: true })).more);
});

function lastId() {
  return Number(list.querySelector("li:last-child")?.dataset.id ?? 0);
}

function showMessage({ id, author, avatar = "", text, sentAt, linkTitle = "" }) {
  if (list.querySelector(`li[data-id="${id}"]`)) return;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.id = id;
  item.classList.toggle("mine", author === room.dataset.name);
  item.querySelector(".author span").textContent = author;
  if (avatar) Object.assign(item.querySelector(".avatar"), { src: avatar, hidden: false });
  item.querySelector(".text").textContent = text;
  item.querySelector(".link").textContent = linkTitle;
  item.querySelector("time").dateTime = sentAt;
  showTime(item.querySelector("time"));
  // What was said while the line was lost may come after what is said now.
  list.insertBefore(item, [...list.children].find((other) => Number(other.dataset.id) > id) ?? null);
  typing.delete(author);
  showTyping();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function showLink({ message, title }) {
  const line = list.querySelector(`li[data-id="${message}"] .link`);
  if (line) line.dataset.title = line.textContent = title;
}

/** The task that looks at a link says which message it is about. */
function showLookingUp({ state, value }) {
  const line = list.querySelector(`li[data-id="${value?.message}"] .link`);
  if (line && !line.dataset.title) line.textContent = state === "running" ? "looking at the link …" : "";
}

function showTime(time) {
  time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function showHere() {
  const names = chat.presence.list().map(({ meta }) => meta.name);
  names.sort((a, b) => a.localeCompare(b));
  hereList.replaceChildren(...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
}

function showTyping() {
  const names = [...typing.keys()];
  typingLine.textContent =
    names.length === 0 ? "" : `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing …`;
}

function setStatus(text) {
  status.textContent = text;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (text === "") return;
  try {
    // Waits for the line where it must.
    chat.tell("post", { text });
  } catch {
    return setStatus("Too much is waiting for the line. Your message was kept in the field.");
  }
  input.value = "";
  input.focus();
});

// Enter sends, Shift+Enter makes a new line; while an input method composes, Enter is its own.
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

let toldTypingAt = 0;
input.addEventListener("input", () => {
  if (Date.now() - toldTypingAt < typingForMs / 2 || chat.state !== "open") return;
  toldTypingAt = Date.now();
  chat.tell("typing", {});
});

setInterval(() => {
  for (const [name, at] of typing) if (Date.now() - at > typingForMs) typing.delete(name);
  showTyping();
}, 1_000);

for (const time of list.querySelectorAll("time")) showTime(time);
list.scrollTop = list.scrollHeight;
