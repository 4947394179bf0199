import { afterEach, describe, expect, it, vi } from "vitest";

import { createLogger } from "hotclub/core";
import { loadServer, ServerNotLoaded } from "hotclub/protocol";
import { Writable } from "node:stream";
import { uwsLoads } from "./servers-here.js";

function logTo(lines: string[]): ReturnType<typeof createLogger> {
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(line.toString());
      done();
    },
  });
  return createLogger({ destination });
}

afterEach(() => {
  vi.doUnmock("../../src/protocol/uws/load-uws.js");
  vi.resetModules();
});

describe("the choice of a protocol server", () => {
  it.runIf(uwsLoads)("is uws where its library loads", async () => {
    const lines: string[] = [];
    expect((await loadServer("auto", { log: logTo(lines) })).name).toBe("uws");
    expect((await loadServer()).name).toBe("uws");
    expect((await loadServer("uws")).name).toBe("uws");
    expect(lines).toEqual([]);
  });

  it("is node when that is asked for", async () => {
    expect((await loadServer("node")).name).toBe("node");
  });

  it("is node, with one line that says why, where the library of uws does not load", async () => {
    vi.doMock("../../src/protocol/uws/load-uws.js", () => ({
      loadUws: () => Promise.reject(new ServerNotLoaded({ server: "uws", reason: "no binary for this Node" })),
    }));
    const lines: string[] = [];
    expect((await loadServer("auto", { log: logTo(lines) })).name).toBe("node");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("no binary for this Node");
    await expect(loadServer("uws")).rejects.toThrow(ServerNotLoaded);
  });
});
