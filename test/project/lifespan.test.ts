import { once } from "node:events";

import { defineApp, defineProject, defineSettings, http, HttpConsumer, LifespanConsumer, serve } from "hotclub";
import { group } from "hotclub/layers";
import { type Lifespan, StartupFailed } from "hotclub/project";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const settings = defineSettings(
  {},
  { PORT: "0", LOG_LEVEL: "silent", SECRET_KEY: "x".repeat(32), DATABASE_URL: "sqlite::memory:" },
);

let events: string[] = [];
beforeEach(() => {
  events = [];
});

function logging(name: string, problem?: string): Lifespan {
  return {
    startup(scope) {
      if (problem !== undefined) throw new Error(problem);
      events.push(`${name} up`);
      scope.state[name] = `${name}'s`;
    },
    shutdown: () => void events.push(`${name} down`),
  };
}

class State extends HttpConsumer {
  get() {
    events.push("request");
    return this.json({ ...this.scope.state });
  }
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

async function served(apps: readonly { name: string; lifespan?: Lifespan; dependsOn?: string[] }[]) {
  const project = defineProject({
    name: "site",
    settings,
    routes: [http("/", State)],
    apps: apps.map((app) => defineApp(app)),
  });
  const result = await serve(project);
  open.push(result);
  return result;
}

describe("the lifespan of a process", () => {
  it("starts apps before the first request, each after those it depends on, and shuts them down last first", async () => {
    const site = await served([
      { name: "shop", lifespan: logging("shop"), dependsOn: ["prices"] },
      { name: "prices", lifespan: logging("prices") },
    ]);
    await fetch(site.url);
    await site.close();
    await site.close();
    expect(events).toEqual(["prices up", "shop up", "request", "shop down", "prices down"]);
  });

  it("gives each request a copy of the state that the apps left", async () => {
    const site = await served([{ name: "prices", lifespan: logging("prices") }]);
    expect(await (await fetch(site.url)).json()).toMatchObject({ prices: "prices's" });
  });

  it("does not start when an app refuses, names it, and shuts down those before it", async () => {
    const starting = served([
      { name: "cache", lifespan: logging("cache") },
      { name: "prices", lifespan: logging("prices", "the feed is closed") },
      { name: "shop", lifespan: logging("shop") },
    ]);
    await expect(starting).rejects.toThrow(StartupFailed);
    await expect(starting).rejects.toThrow('The app "prices" did not start up: the feed is closed');
    await expect(starting).rejects.toMatchObject({ cause: { message: "the feed is closed" } });
    expect(events).toEqual(["cache up", "cache down"]);
  });

  it("shuts the other apps down when one fails at that", async () => {
    const broken: Lifespan = { shutdown: () => Promise.reject(new Error("stuck")) };
    const site = await served([
      { name: "cache", lifespan: logging("cache") },
      { name: "broken", lifespan: broken },
    ]);
    await site.close();
    expect(events).toEqual(["cache up", "cache down"]);
  });

  it("can be a consumer, with groups of its own", async () => {
    const news = group("lifespan/news").carries<{ "news.item": { title: string } }>();
    const heard = new EventTarget();
    class Reader extends LifespanConsumer {
      override async startup() {
        await this.join(news());
        this.scope.state["reader"] = "reads";
      }
      "news.item"({ title }: { title: string }) {
        events.push(title);
        heard.dispatchEvent(new Event("item"));
      }
      override shutdown() {
        events.push("reader down");
      }
    }
    const site = await served([{ name: "reader", lifespan: Reader }]);
    const item = once(heard, "item");
    await news().send("news.item", { title: "Django plays" });
    await item;
    await site.close();
    expect(events).toEqual(["Django plays", "reader down"]);
  });

  it("does not start when a consumer refuses", async () => {
    class Refusing extends LifespanConsumer {
      override startup() {
        throw new Error("not today");
      }
    }
    await expect(served([{ name: "refusing", lifespan: Refusing }])).rejects.toThrow("not today");
  });
});
