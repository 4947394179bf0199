import { afterEach, describe, expect, it } from "vitest";

import { EventReader } from "../consumers/event-reader.js";
import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";

const project = `
  import { defineProject, defineSettings, EventStreamConsumer, http, HttpConsumer } from ${JSON.stringify(builtIndex)};
  class Clock extends EventStreamConsumer {
    connect() { return this.sendEvent({ data: "tick" }); }
    disconnect() { this.log.info("the stream is over"); }
  }
  class Poll extends HttpConsumer {
    get() { this.log.info("a request waits"); return this.later(); }
  }
  export default defineProject({
    name: "clock",
    settings: defineSettings(),
    routes: [http("/events/", Clock), http("/poll/", Poll)],
  });
`;

let process: HotclubProcess | undefined;
afterEach(() => process?.stop());

describe("a process that is told to stop", () => {
  it("ends event streams with a hint when to come back, and answers requests that wait", async () => {
    const directory = await scratch({ "project.ts": project });
    process = new HotclubProcess(["serve", "--port", "0"], { directory });
    const url = await process.url();
    const reader = await EventReader.open(`${url}/events/`);
    expect(await reader.next()).toEqual({ retry: 3000 });
    expect(await reader.next()).toEqual({ data: "tick" });
    const poll = fetch(`${url}/poll/`);
    await process.line("a request waits");
    const stopped = process.stop();
    const rest = await reader.rest();
    expect(rest).toHaveLength(1);
    expect(rest[0]?.retry).toBeGreaterThan(0);
    expect((await poll).status).toBe(204);
    expect(await stopped).toBe(0);
    await process.line("the stream is over");
  });
});
