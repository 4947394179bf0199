// The browser's side of a room: shows what comes, sends what is written, and comes back by itself when the line is lost.
const room = document.querySelector("main.room");
const list = document.querySelector("#messages");
const template = document.querySelector("#message");
const form = document.querySelector("#compose");
const input = document.querySelector("#text");
const status = document.querySelector("#status");
const hereList = document.querySelector("#here");
const typingLine = document.querySelector("#typing");

const maxWaiting = 100;
const goneAfterMs = 50_000;
const typingForMs = 3_000;

let socket;
let attempts = 0;
/** Written while the line was lost; sent when it is back. */
const waiting = [];
/** Who is here: name and time of the last sign, by visitor. */
const here = new Map();
const typing = new Map();

function lastId() {
  return Number(list.querySelector("li:last-child")?.dataset.id ?? 0);
}

function connect() {
  const url = new URL(room.dataset.socket, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  socket = new WebSocket(url);
  socket.addEventListener("open", () => {
    attempts = 0;
    setStatus("");
    send("since", { id: lastId() }, "since");
    for (const text of waiting.splice(0)) send("post", { text });
  });
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    handlers[message.type]?.(message);
  });
  socket.addEventListener("close", (event) => {
    here.clear();
    showHere();
    // 4500 to 4999 mean: do not come back.
    if (event.code >= 4500) return setStatus("This room is closed.");
    setStatus("The line is lost. Coming back …");
    const waitMs = Math.min(10_000, 250 * 2 ** attempts++) * (0.5 + Math.random() / 2);
    setTimeout(connect, waitMs);
  });
}

/** Asks for an action; with an id, the server tells its outcome. */
function send(action, data, id) {
  socket.send(JSON.stringify({ action, data, id }));
}

/** What to do about each message of the server, by its type. */
const handlers = {
  "chat.message": showMessage,
  "chat.link": showLink,
  "chat.here": ({ visitor, name }) => {
    here.set(visitor, { name, at: Date.now() });
    showHere();
  },
  "chat.left": ({ visitor }) => {
    here.delete(visitor);
    showHere();
  },
  "chat.typing": ({ name }) => {
    typing.set(name, Date.now());
    showTyping();
  },
  reply: ({ data }) => {
    // There is more of what was said meanwhile than one answer holds.
    if (data?.more) send("since", { id: lastId() }, "since");
  },
  error: ({ error }) => setStatus(error.message),
};

function showMessage({ id, author, text, sentAt, linkTitle = "" }) {
  if (list.querySelector(`li[data-id="${id}"]`)) return;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.id = id;
  item.classList.toggle("mine", author === room.dataset.name);
  item.querySelector(".author").textContent = author;
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
  if (line) line.textContent = title;
}

function showTime(time) {
  time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function showHere() {
  const names = [...new Set([...here.values()].map(({ name }) => name))].sort((a, b) => a.localeCompare(b));
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

function forget(map, afterMs, at, show) {
  for (const [key, value] of map) if (Date.now() - at(value) > afterMs) map.delete(key);
  show();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (text === "") return;
  if (socket.readyState === WebSocket.OPEN) send("post", { text });
  else if (waiting.length < maxWaiting) waiting.push(text);
  else return setStatus("Too much is waiting for the line. Your message was kept in the field.");
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
  if (Date.now() - toldTypingAt < typingForMs / 2 || socket.readyState !== WebSocket.OPEN) return;
  toldTypingAt = Date.now();
  send("typing", {});
});

setInterval(() => {
  forget(here, goneAfterMs, ({ at }) => at, showHere);
  forget(typing, typingForMs, (at) => at, showTyping);
}, 1_000);

for (const time of list.querySelectorAll("time")) showTime(time);
list.scrollTop = list.scrollHeight;
connect();
