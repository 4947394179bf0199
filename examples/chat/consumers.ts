import { randomUUID } from "node:crypto";

import { action, HttpConsumer, PermissionDenied, WebSocketConsumer } from "hotclub";
import { loginRequired, requireUser } from "hotclub/auth";
import { taskProgress, type TaskProgressed } from "hotclub/workers";
import { z } from "zod";

import { AvatarForm, RoomForm } from "./forms.js";
import { room as roomGroup, type RoomMessage } from "./groups.js";
import { type Member, Message, Room } from "./models.js";
import { settings } from "./settings.js";
import { fetchTitle, firstLink } from "./tasks.js";
import { rename, visitorName, welcome } from "./visitor.js";

export class HomePage extends HttpConsumer {
  async get() {
    return this.render("chat/home.liquid", { rooms: await Room.all(), name: await welcome(this) });
  }

  /** Opens a room: a member's is her own. */
  async post() {
    const title = (await this.request.form()).get("title")?.trim().slice(0, 80) ?? "";
    const slug = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "");
    if (slug === "") return this.redirect("/", { status: 303 });
    const user = await this.user;
    await Room.open(slug, title, user.isAuthenticated ? user : null);
    return this.redirect(`/rooms/${slug}/`, { status: 303 });
  }
}

export class NamePage extends HttpConsumer {
  async post() {
    const form = await this.request.form();
    const name = form.get("name")?.trim().slice(0, 40);
    if (name) await rename(this.cookies, name);
    const back = form.get("back") ?? "/";
    return this.redirect(this.request.isLocalUrl(back) ? back : "/", { status: 303 });
  }
}

export class RoomPage extends HttpConsumer<{ slug: string }> {
  async get() {
    const room = await Room.get({ slug: this.params.slug });
    const messages = await Message.recent(room, settings.pageSize);
    const user = await this.user;
    const isOwner = user.isAuthenticated && room.owner?.id === user.id;
    return this.render("chat/room.liquid", { room, messages, isOwner, name: await welcome(this) });
  }
}

/** Where the owner of a room gives it another name, or closes it. */
export class RoomSettings extends HttpConsumer<{ slug: string }> {
  static middleware = [loginRequired()];

  async get() {
    const room = await this.#ownRoom();
    return this.#page(room, new RoomForm({ initial: { title: room.title } }));
  }

  async post() {
    const room = await this.#ownRoom();
    if ((await this.request.form()).has("close")) {
      await room.delete();
      return this.redirect("/", { status: 303 });
    }
    const form = await RoomForm.from(this.request);
    if (!(await form.isValid())) return this.#page(room, form, 422);
    await room.assign(form.cleanedData).save();
    return this.redirect(`/rooms/${room.slug}/`, { status: 303 });
  }

  async #ownRoom() {
    const [room, user] = [await Room.get({ slug: this.params.slug }), await requireUser(this.scope)];
    if (room.owner?.id !== user.id) throw new PermissionDenied({ detail: "This room is not yours." });
    return room;
  }

  async #page(room: Room, form: RoomForm, status = 200) {
    return this.render("chat/room-settings.liquid", { room, form, name: await welcome(this) }, { status });
  }
}

/** Where a member gives herself a face. */
export class ProfilePage extends HttpConsumer {
  static middleware = [loginRequired()];

  async get() {
    return this.#page(new AvatarForm());
  }

  async post() {
    const form = await AvatarForm.from(this.request);
    if (!(await form.isValid())) return this.#page(form, 422);
    const user = await requireUser(this.scope);
    await user.assign({ avatar: form.stored }).save({ updateFields: ["avatar"] });
    return this.redirect("/profile/", { status: 303 });
  }

  async #page(form: AvatarForm, status = 200) {
    const { rooms } = await requireUser(this.scope);
    return this.render(
      "chat/profile.liquid",
      { form, rooms: await rooms.all(), name: await welcome(this) },
      { status },
    );
  }
}

export class ChatConsumer extends WebSocketConsumer<{ slug: string }> {
  actions = {
    post: action(z.object({ text: z.string().trim().min(1).max(2000) }), this.post),
    typing: action(z.object({}), this.typing),
    since: action(z.object({ id: z.number().int().min(0) }), this.since),
  };
  room!: Room;
  member: Member | null = null;
  group = roomGroup({ slug: this.params.slug });
  name = "";
  visitor = randomUUID();

  async connect() {
    this.room = await Room.get({ slug: this.params.slug });
    const user = await this.user;
    this.member = user.isAuthenticated ? user : null;
    const name = this.member?.username ?? visitorName(this.cookies);
    if (name === undefined) throw new PermissionDenied({ detail: "Open the room's page first." });
    this.name = name;
    await this.join(this.group, { presence: { name }, person: name, history: 20 });
    this.accept();
  }

  async post({ text }: { text: string }) {
    const { room, member } = this;
    const message = await Message.create({ room, author: this.name, member, text });
    await this.group.send("chat.message", await message.shown());
    if (!firstLink(text)) return;
    const { id } = await fetchTitle.enqueue({ message: message.id });
    await this.join(taskProgress({ id }));
  }

  async typing() {
    await this.group.send("chat.typing", { visitor: this.visitor, name: this.name }, { history: false });
  }

  /** What was said while this visitor was away for longer than the group remembers, a page of it. */
  async since({ id }: { id: number }) {
    const all = Message.filter({ room: this.room, id__gt: id }).selectRelated("member");
    const missed = await all.orderBy("id").slice(0, settings.pageSize);
    for (const message of missed) await this.sendJson({ type: "chat.message", ...(await message.shown()) });
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
