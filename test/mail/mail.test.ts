import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import {
  consoleMail,
  fileMail,
  type Mail,
  Mailer,
  MailerMissing,
  mailers,
  MailInvalid,
  MailNotSent,
  MailUrlInvalid,
  memoryMail,
  openMailEngine,
  sendMail,
  sendMailTask,
  smtpMail,
} from "hotclub/mail";
import { ImmediateTaskBackend, taskBackends } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { startMailServer } from "../services/mail-server.js";

const mail: Mail = {
  to: ["django@hotclub.example", { name: "Stéphane Grappelli", address: "stephane@hotclub.example" }],
  bcc: "archive@hotclub.example",
  subject: "Manoir de mes rêves, ce soir à huit heures et demie",
  text: "À ce soir!\n.\nDjango",
  html: "<p>À ce soir!</p>",
  attachments: [{ fileName: "programme.txt", content: "Nuages" }],
  headers: { "X-Concert": "1937" },
};
const from = { name: "Hot Club", address: "club@hotclub.example" };

afterEach(async () => {
  await mailers.closeAll();
  await taskBackends.closeAll();
});

describe("a mail server", () => {
  test("takes a mail with its names, texts and files, and shows nobody who gets it in secret", async () => {
    const server = await startMailServer();
    const mailer = new Mailer({ engine: smtpMail(server.url), from });
    await mailer.send(mail);
    await mailer.send({ ...mail, subject: "Encore" });
    const [first = "", second = ""] = (await server.mails()).toSorted((a, b) => b.length - a.length);
    expect(first).toContain("From: Hot Club <club@hotclub.example>");
    expect(first).toMatch(
      /To: django@hotclub\.example, =\?UTF-8\?Q\?St=C3=A9phane_Grappelli\?=\s+<stephane@hotclub\.example>/,
    );
    expect(first).toMatch(/Subject: =\?UTF-8\?/);
    expect(first).toContain("X-Concert: 1937");
    expect(first).toMatch(/^Message-ID: <.+@hotclub\.example>/im);
    expect(first).toMatch(/filename="?programme\.txt/);
    expect(first.split("X-RcptTo:")[0]?.match(/^Bcc:/im)).toBeNull();
    expect(second).toContain("Subject: Encore");
    await mailer.close();
    await server.stop();
  });

  test("that is not there may be tried again, one that refuses for good may not", async () => {
    const gone = new Mailer({ engine: smtpMail("smtp://127.0.0.1:1"), from });
    await expect(gone.send(mail)).rejects.toMatchObject({ code: "MAIL_NOT_SENT", temporary: true });
    const server = createServer((socket) => {
      socket.write("220 here\r\n");
      socket.on("error", () => {});
      socket.on("data", (data) =>
        socket.write(data.toString().startsWith("EHLO") ? "250 here\r\n" : "550 not known here\r\n"),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const refused = new Mailer({ engine: smtpMail(`smtp://127.0.0.1:${port}`), from });
    await expect(refused.send(mail)).rejects.toMatchObject({
      temporary: false,
      message: expect.stringContaining("550") as string,
    });
    await refused.close();
    server.close();
  });

  test("gets no password without TLS", async () => {
    const said: string[] = [];
    const server = createServer((socket) => {
      socket.write("220 here\r\n");
      socket.on("error", () => {});
      socket.on("data", (data) => {
        said.push(data.toString());
        // TLS is not among what it offers, as when somebody between takes it away.
        socket.write(data.toString().startsWith("EHLO") ? "250-here\r\n250 AUTH PLAIN LOGIN\r\n" : "502 no\r\n");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const mailer = new Mailer({ engine: smtpMail(`smtp://django:swing42@127.0.0.1:${port}`), from });
    await expect(mailer.send(mail)).rejects.toThrow(MailNotSent);
    expect(said.join("")).not.toMatch(/AUTH/);
    await mailer.close();
    server.close();
  });
});

describe("a mail", () => {
  test.each<[Partial<Mail>, string]>([
    [{ to: [], bcc: [] }, "it goes to nobody"],
    [{ to: "django" }, '"django" is no address'],
    [{ to: "a@b.example\r\nBcc: all@b.example" }, "is no address"],
    [{ to: "a@b.example, c@b.example" }, "is no address"],
    [{ to: { name: "A\nBcc: x@y.example", address: "a@b.example" } }, "its name of a person holds a line break"],
    [{ subject: "Hello\r\nBcc: all@b.example" }, "its subject holds a line break"],
    [{ headers: { "X-A": "1\r\nBcc: all@b.example" } }, "its header X-A holds a line break"],
    [{ headers: { "X A": "1" } }, '"X A" is no name of a header'],
    [{ attachments: [{ fileName: "a\r\nX: y", content: "" }] }, "its name of an attachment holds a line break"],
    [{ to: Array.from({ length: 1001 }, (_, n) => `a${n}@b.example`) }, "it goes to 1002 people, of at most 1000"],
  ])("with %j is refused", async (change, problem) => {
    const mailer = new Mailer({ engine: memoryMail(), from });
    await expect(mailer.send({ ...mail, ...change })).rejects.toThrow(problem);
    await expect(mailer.send({ ...mail, ...change })).rejects.toThrow(MailInvalid);
  });

  test("needs a writer and something to read", async () => {
    const mailer = new Mailer({ engine: memoryMail() });
    await expect(mailer.send(mail)).rejects.toThrow("it says not from whom");
    await expect(mailer.send({ to: "a@b.example", from, subject: "" })).rejects.toThrow("it has neither text nor html");
    await mailer.send({ to: "a@b.example", from, subject: "", text: "" });
  });

  test("never has a header that nobody gave it, whatever its texts hold", async () => {
    const printed: string[] = [];
    const mailer = new Mailer({ engine: consoleMail({ write: (text: string) => printed.push(text) > 0 }), from });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (one, other) => {
        printed.length = 0;
        const text = `${one}\r\nX-Evil: 1\r\n${other}`;
        const sent = { to: { name: one, address: "a@b.example" }, subject: other, text, html: text };
        await mailer.send(sent).catch((error: unknown) => expect(error).toBeInstanceOf(MailInvalid));
        const head = printed.join("").split("\r\n\r\n")[0] ?? "";
        expect(head).not.toMatch(/^X-Evil/im);
        expect(head.match(/^(?:Bcc|Cc):/gim)).toBeNull();
      }),
    );
  });
});

describe("instead of being sent, a mail", () => {
  test("is a file that mail programs open", async () => {
    const directory = join(await mkdtemp(join(tmpdir(), "hotclub-mail-")), "out");
    const mailer = new Mailer({ engine: fileMail(directory), from });
    await Promise.all([mailer.send(mail), mailer.send(mail)]);
    const files = await readdir(directory);
    expect(files.filter((file) => file.endsWith(".eml"))).toHaveLength(2);
    expect(await readFile(join(directory, files[0] ?? ""), "utf8")).toContain("X-Concert: 1937");
  });

  test("is there for a test to look at, and not without bound", async () => {
    const engine = memoryMail();
    const mailer = new Mailer({ engine, from });
    for (let n = 0; n < 1003; n++) await mailer.send({ ...mail, subject: String(n) });
    expect(engine.outbox).toHaveLength(1000);
    expect(engine.outbox.at(-1)).toMatchObject({ subject: "1002", from, cc: [] });
  });
});

describe("mailers", () => {
  test("are asked for by name", async () => {
    const news = memoryMail();
    mailers.set("news", new Mailer({ engine: news, from }));
    await sendMail(mail, { using: "news" });
    expect(news.outbox).toHaveLength(1);
    await expect(sendMail(mail)).rejects.toThrow(MailerMissing);
  });

  test("send in the background as well, with files", async () => {
    const engine = memoryMail();
    mailers.set("default", new Mailer({ engine, from }));
    taskBackends.set("default", new ImmediateTaskBackend({ mode: "inline" }));
    const { attachments: _, ...rest } = mail;
    const base64 = Buffer.from("Nuages").toString("base64");
    await (await sendMailTask.enqueue({ ...rest, attachments: [{ fileName: "programme.txt", base64 }] })).result();
    expect(engine.outbox[0]).toMatchObject({ subject: mail.subject });
    expect(Buffer.from(engine.outbox[0]?.attachments?.[0]?.content ?? "").toString()).toBe("Nuages");
  });

  test.each([
    ["console:", "the terminal"],
    ["memory:", "memory"],
    ["file:mails", "the directory mails"],
    ["file:///var/mails", "the directory /var/mails"],
    ["smtp://a:b@mail.example.com:2525", "the mail server mail.example.com:2525"],
    ["smtps://mail.example.com", "the mail server mail.example.com"],
  ])("are named by URLs: %s", (url, name) => {
    expect(openMailEngine(url).name).toBe(name);
  });

  test.each(["", "smtp:", "smtp://", "http://mail.example.com", "file:", "console:x"])("not by %j", (url) => {
    expect(() => openMailEngine(url)).toThrow(MailUrlInvalid);
  });

  test("do not tell their passwords in errors", () => {
    expect(() => openMailEngine("imap://django:swing42@mail.example.com")).toThrow(/imap:\/\/…@mail/);
  });
});
