import { randomBytes } from "node:crypto";

import postgres from "postgres";
import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";
import { newPostgresDatabase } from "../../load/orm-data.js";
import { loginPath, pagePath, pageSize, type PageRow, username } from "./page.js";

const sql = postgres(await newPostgresDatabase(), { max: 10, onnotice() {} });
await sql.unsafe("CREATE TABLE session (token TEXT PRIMARY KEY, username TEXT NOT NULL)");

const replacements: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => replacements[character] ?? "");

async function pageFor(cookie: string): Promise<string> {
  const token = /session=(\w+)/.exec(cookie)?.[1] ?? "";
  const [session] = await sql<{ username: string }[]>`SELECT username FROM session WHERE token = ${token}`;
  const rows = await sql<PageRow[]>`SELECT m.id, u.username AS author, m.text, m.likes FROM bench_message m
    JOIN bench_user u ON u.id = m.author_id ORDER BY m.id LIMIT ${pageSize}`;
  const lines = rows.map(
    ({ id, author, text, likes }) =>
      `\n<tr><td>${id}</td><td>${escape(author)}</td><td>${escape(text)}</td><td>${likes}</td></tr>`,
  );
  const name = escape(session?.username ?? "whoever you are");
  return `<!doctype html><title>Messages</title><h1>Hello, ${name}</h1><table>${lines.join("")}\n</table>`;
}

const app = App()
  .get(pagePath, (response, request) => {
    const cookie = request.getHeader("cookie");
    let isGone = false;
    response.onAborted(() => {
      isGone = true;
    });
    void pageFor(cookie).then((page) => {
      if (isGone) return;
      response.cork(() => response.writeHeader("content-type", "text/html; charset=utf-8").end(page));
    });
  })
  .get(loginPath, (response) => {
    const token = randomBytes(16).toString("hex");
    response.onAborted(() => {});
    void sql`INSERT INTO session ${sql({ token, username })}`.then(() =>
      response.cork(() => response.writeHeader("set-cookie", `session=${token}; HttpOnly`).end("in")),
    );
  });
announce(await listenOnFreePort(app));
