import { describe, expect, it } from "vitest";

import type { ProtocolServer } from "hotclub/protocol";

import { describeConnections } from "./protocol-server/connections.js";
import { describeHandshakes } from "./protocol-server/handshakes.js";
import { makeHarness, type Skip } from "./protocol-server/harness.js";
import { describeLifecycle } from "./protocol-server/lifecycle.js";
import { describeOptions } from "./protocol-server/options.js";
import { describeRequests } from "./protocol-server/requests.js";
import { describeResponses } from "./protocol-server/responses.js";
import { describeStreams } from "./protocol-server/streams.js";
import { describeTimeouts } from "./protocol-server/timeouts.js";
import { describeTopics } from "./protocol-server/topics.js";
import { describeWebSockets } from "./protocol-server/websockets.js";

interface Options {
  /** What this server cannot do, and why. */
  readonly skip?: readonly Skip[];
}

/** What every protocol server does, told over real sockets. */
export function describeProtocolServer(server: ProtocolServer, { skip = [] }: Options = {}): void {
  describe(`the protocol server ${server.name}`, () => {
    const { unknownSkips, ...harness } = makeHarness(server, skip);
    describe("requests", () => {
      describeRequests(harness);
    });
    describe("responses", () => {
      describeResponses(harness);
    });
    describe("streams", () => {
      describeStreams(harness);
    });
    describe("connections", () => {
      describeConnections(harness);
    });
    describe("handshakes", () => {
      describeHandshakes(harness);
    });
    describe("sockets", () => {
      describeWebSockets(harness);
    });
    describe("topics", () => {
      describeTopics(harness);
    });
    describe("its life", () => {
      describeLifecycle(harness);
    });
    describe("options", () => {
      describeOptions(harness);
    });
    it("skips only tests that there are", () => expect(unknownSkips()).toEqual([]));
  });
}

/** How every protocol server ends what takes too long. These tests wait side by side. */
export function describeProtocolServerTimeouts(server: ProtocolServer, { skip = [] }: Options = {}): void {
  describe(`the patience of the protocol server ${server.name}`, () => {
    const { unknownSkips, ...harness } = makeHarness(server, skip, { sideBySide: true });
    describeTimeouts(harness);
    it("skips only tests that there are", () => expect(unknownSkips()).toEqual([]));
  });
}
