import { task } from "hotclub/workers";

import { room } from "./groups.js";
import { Message } from "./models.js";
import { settings } from "./settings.js";

const maxPageBytes = 65_536;

/** The first link of a text whose host may be asked, or `undefined`. */
export function firstLink(text: string): string | undefined {
  const link = /https?:\/\/[^\s<>"]+/.exec(text)?.[0];
  return link !== undefined && URL.canParse(link) && settings.linkHosts.includes(new URL(link).host) ? link : undefined;
}

/** Looks up the title of the page that a message links to, and tells the room. */
export const fetchTitle = task(
  "chat.fetchTitle",
  { retries: 3, timeoutMs: 10_000, announce: true },
  async (run, args: { message: number }) => {
    const message = await Message.filter({ id: args.message }).selectRelated("room").get();
    const link = firstLink(message.text);
    if (link === undefined) return;
    await run.progress({ message: message.id });
    const response = await fetch(link, { signal: run.signal, redirect: "error" });
    const title = /<title[^>]*>([^<]*)/i
      .exec(await firstBytes(response))?.[1]
      ?.trim()
      .slice(0, 200);
    if (!title) return;
    await Message.filter({ id: message.id }).update({ linkTitle: title });
    await room({ slug: message.room.slug }).send("chat.link", { message: message.id, title });
  },
);

async function firstBytes(response: Response): Promise<string> {
  let page = "";
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    page += piece;
    if (page.length >= maxPageBytes) break;
  }
  return page;
}
