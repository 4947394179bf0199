import { channelLayers, MemoryChannelLayer } from "hotclub/layers";
import { type Listening, loadServer } from "hotclub/protocol";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { openBrowser, openWindow } from "../browser/browser.js";
import { alphabet, application, news } from "./site.js";
import { serversHere } from "../protocol/servers-here.js";

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe.each(serversHere)("the server %s and Chromium", (name) => {
  let listening: Listening;
  let page: Page;

  beforeAll(async () => {
    channelLayers.set("default", new MemoryChannelLayer());
    listening = await (await loadServer(name)).listen(application);
    page = await openWindow(browser, listening.url);
  });
  afterEach(() => channelLayers.require().flush());
  afterAll(async () => {
    await listening.close({ timeoutMs: 500 });
    await channelLayers.closeAll();
  });

  it("EventSource hears what groups are told, and comes back after the last thing it heard", async () => {
    const said = page.evaluate(`new Promise((resolve) => {
      const heard = [];
      const hear = (text) => {
        heard.push(text);
        document.title = heard.join(", ");
        if (heard.length === 4) source.close(), resolve(heard);
      };
      const source = new EventSource("/events/");
      source.addEventListener("ready", (event) => hear("ready " + event.data));
      source.addEventListener("item", (event) => hear(JSON.parse(event.data).title));
    })`);
    await expect.poll(() => page.title()).toBe("ready first");
    await news().send("news.item", { title: "one" });
    await news().send("news.item", { title: "two" });
    await expect.poll(() => page.title()).toBe("ready first, one, two");
    // A network that goes away for a moment.
    await page.context().setOffline(true);
    await listening.close({ timeoutMs: 500 });
    listening = await (await loadServer(name)).listen(application, { port: listening.port });
    await page.context().setOffline(false);
    expect(await said).toEqual(["ready first", "one", "two", "ready two"]);
  });

  it("fetch reads a stream piece by piece, and ranges", async () => {
    const { pieces, text } = await page.evaluate(async () => {
      const reader = (await fetch("/stream/?count=50")).body?.getReader();
      const decoder = new TextDecoder();
      let all = "";
      let count = 0;
      for (;;) {
        const step = await reader?.read();
        if (step === undefined || step.done) return { pieces: count, text: all };
        all += decoder.decode(step.value, { stream: true });
        count += 1;
      }
    });
    expect(text).toBe(Array.from({ length: 50 }, (_, i) => `piece ${i}\n`).join(""));
    expect(pieces).toBeGreaterThan(0);
    const part = await page.evaluate(async () => {
      const response = await fetch("/file/", { headers: { range: "bytes=100-109" } });
      return [response.status, response.headers.get("content-range"), await response.text()];
    });
    expect(part).toEqual([206, "bytes 100-109/1000000", alphabet.subarray(100, 110).toString()]);
  });

  it("fetch uploads, and gives up a stream in the middle of it", async () => {
    const told = await page.evaluate(async () => {
      const body = new FormData();
      body.append("title", "from a page");
      body.append("file", new File([new Uint8Array(500_000)], "zeros.bin"));
      return (await fetch("/form/", { method: "POST", body })).json();
    });
    expect(told).toEqual({ title: "from a page", name: "zeros.bin", size: 500_000 });
    await page.evaluate(async () => {
      const leaving = new AbortController();
      const response = await fetch("/stream/?count=1000000000", { signal: leaving.signal });
      await response.body?.getReader().read();
      leaving.abort();
    });
    await expect.poll(() => listening.open.requests).toBe(0);
  });

  it("WebSocket echoes text and bytes", async () => {
    const answers = await page.evaluate(`(async () => {
      const socket = new WebSocket("ws://" + location.host + "/echo/", ["echo"]);
      socket.binaryType = "arraybuffer";
      const next = (event) => new Promise((resolve) => socket.addEventListener(event, resolve, { once: true }));
      await next("open");
      socket.send("héllo");
      const text = (await next("message")).data;
      socket.send(new Uint8Array([1, 2, 3]));
      const bytes = [...new Uint8Array((await next("message")).data)];
      socket.send("close me");
      return [socket.protocol, text, bytes, (await next("close")).code];
    })()`);
    expect(answers).toEqual(["echo", "héllo", [1, 2, 3], 4321]);
  });
});
