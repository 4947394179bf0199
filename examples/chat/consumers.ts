import { randomUUID } from "node:crypto";

import { action, HttpConsumer, PermissionDenied, WebSocketConsumer } from "hotclub";
import { taskProgress, type TaskProgressed } from "hotclub/workers";
import { z } from "zod";

import { room as roomGroup, type RoomMessage } from "./groups.js";
import { Message, Room } from "./models.js";
import { settings } from "./settings.js";
import { fetchTitle, firstLink } from "./tasks.js";
import { rename, visitorName, welcome } from "./visitor.js";

export class HomePage extends HttpConsumer {
  async get() {
    return this.render("chat/home.liquid", { rooms: await Room.all(), name: welcome(this.cookies) });
  }

  /** Opens a room. */
  async post() {
    const title = (await this.request.form()).get("title")?.trim().slice(0, 80) ?? "";
    const slug = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "");
    if (slug === "") return this.redirect("/", { status: 303 });
    await Room.open(slug, title);
    return this.redirect(`/rooms/${slug}/`, { status: 303 });
  }
}

export class NamePage extends HttpConsumer {
  async post() {
    const form = await this.request.form();
    const name = form.get("name")?.trim().slice(0, 40);
    if (name) rename(this.cookies, name);
    const back = form.get("back") ?? "/";
    return this.redirect(/^\/(?!\/)/.test(back) ? back : "/", { status: 303 });
  }
}

export class RoomPage extends HttpConsumer<{ slug: string }> {
  async get() {
    const room = await Room.get({ slug: this.params.slug });
    const messages = await Message.recent(room, settings.pageSize);
    return this.render("chat/room.liquid", { room, messages, name: welcome(this.cookies) });
  }
}

export class ChatConsumer extends WebSocketConsumer<{ slug: string }> {
  actions = {
    post: action(z.object({ text: z.string().trim().min(1).max(2000) }), this.post),
    typing: action(z.object({}), this.typing),
    since: action(z.object({ id: z.number().int().min(0) }), this.since),
  };
  room!: Room;
  group = roomGroup({ slug: this.params.slug });
  name = "";
  visitor = randomUUID();

  async connect() {
    this.room = await Room.get({ slug: this.params.slug });
    const name = visitorName(this.cookies);
    if (name === undefined) throw new PermissionDenied({ detail: "Open the room's page first." });
    this.name = name;
    await this.join(this.group, { presence: { name }, person: name, history: 20 });
    this.accept();
  }

  async post({ text }: { text: string }) {
    const message = await Message.create({ room: this.room, author: this.name, text });
    await this.group.send("chat.message", message.shown());
    if (!firstLink(text)) return;
    const { id } = await fetchTitle.enqueue({ message: message.id });
    await this.join(taskProgress({ id }));
  }

  async typing() {
    await this.group.send("chat.typing", { visitor: this.visitor, name: this.name }, { history: false });
  }

  /** What was said while this visitor was away for longer than the group remembers, a page of it. */
  async since({ id }: { id: number }) {
    const missed = await Message.filter({ room: this.room, id__gt: id }).orderBy("id").slice(0, settings.pageSize);
    for (const message of missed) await this.sendJson({ type: "chat.message", ...message.shown() });
    return { more: missed.length === settings.pageSize };
  }

  "chat.message"(message: RoomMessage<"chat.message">) {
    return this.sendJson(message);
  }
  "chat.link"(message: RoomMessage<"chat.link">) {
    return this.sendJson(message);
  }
  /** How far the look at a link is: for who posted it. */
  async "progress.changed"(message: TaskProgressed) {
    await this.sendJson(message);
    if (message.state !== "running") await this.leave(taskProgress({ id: message.id }));
  }
  "chat.typing"(message: RoomMessage<"chat.typing">) {
    if (message.visitor !== this.visitor) return this.sendJson(message);
  }
}
