import { channelLayers, MemoryChannelLayer } from "hotclub/layers";
import type { ProtocolServer } from "hotclub/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { describeEventStreams } from "./http-exchange/event-streams.js";
import { describeFiles } from "./http-exchange/files.js";
import { describeLongPolling } from "./http-exchange/long-polling.js";
import { describeOtherClients } from "./http-exchange/other-clients.js";
import { describeRequestBodies } from "./http-exchange/request-bodies.js";
import { describeStreamedResponses } from "./http-exchange/streamed-responses.js";
import { describeUploads } from "./http-exchange/uploads.js";
import { makeHarness, type Skip } from "./protocol-server/harness.js";

/** What HTTP consumers do, told over real connections. */
export function describeHttpExchanges(server: ProtocolServer, { skip = [] }: { readonly skip?: readonly Skip[] } = {}) {
  describe(`HTTP consumers on the protocol server ${server.name}`, () => {
    const { unknownSkips, ...harness } = makeHarness(server, skip);
    beforeEach(() => void channelLayers.set("default", new MemoryChannelLayer()));
    afterEach(() => channelLayers.closeAll());
    describe("bodies of requests", () => {
      describeRequestBodies(harness);
    });
    describe("uploads", () => {
      describeUploads(harness);
    });
    describe("files", () => {
      describeFiles(harness);
    });
    describe("streamed responses", () => {
      describeStreamedResponses(harness);
    });
    describe("event streams", () => {
      describeEventStreams(harness);
    });
    describe("long polling", () => {
      describeLongPolling(harness);
    });
    describe("other people's clients", () => {
      describeOtherClients(harness);
    });
    it("skips only tests that there are", () => expect(unknownSkips()).toEqual([]));
  });
}
