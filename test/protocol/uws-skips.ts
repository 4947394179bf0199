import type { Skip } from "../contracts/protocol-server/harness.js";

const brokenHeaders = [
  "without Host",
  "with a space before the colon",
  "with a folded header",
  "with a header without a colon",
  "with a NUL in a header",
  "with a vertical tab in a header",
  "with a form feed in a header",
  "with an escape in a header",
  "with a lone CR in a header",
  "with a name that is no token",
];

const brokenFrames = [
  "with reserved bits",
  "that is compressed unasked",
  "with an unknown opcode",
  "that goes on with nothing",
  "that begins in the middle of another",
  "with a ping in fragments",
  "with a ping that is too long",
];

/** What the release of uWebSockets.js that runs on Node 20 (republished as @rjweb/uws 1.5.0) cannot do. */
export const uwsSkips: readonly Skip[] = [
  {
    reason: "the library cuts a connection whose next request comes while one is being answered",
    tests: ["pipelined requests that are answered later are answered in order"],
  },
  {
    reason: "the library answers 505 when a request line comes in two packets",
    tests: ["a request that comes byte by byte is one request", "a body that comes byte by byte is the same body"],
  },
  {
    reason: "a port that can be listened on again at once is one that the system lets others share",
    tests: ["a port is not shared with a server that does not ask for that"],
  },
  { reason: "the library answers HTTP/1.0 with 505", tests: ["HTTP/1.0 is answered, and closed"] },
  { reason: "the library cuts connections with other methods", tests: ["the methods of WebDAV are served"] },
  {
    reason: "the library drops bytes beyond ASCII from the ends of header values",
    tests: ["a header that is UTF-8 is read as that"],
  },
  { reason: "the library answers 400 to extensions of chunks", tests: ["extensions of chunks are let pass"] },
  {
    reason: "the library counts only headers that come in several packets",
    tests: ["headers beyond the limit that come at once get 431"],
  },
  {
    reason: "the library waits for more and closes without an answer after 10 seconds",
    tests: brokenHeaders.map((what) => `a request ${what} gets 400`),
  },
  {
    reason: "the library cuts a client that sends before its handshake is answered",
    tests: ["what a client sends before the accept comes after it"],
  },
  {
    reason: "the library takes codes from 1012 to 3999 of a client for none",
    tests: ["close codes of libraries, 3000 to 3999, go both ways"],
  },
  {
    reason: "the library cuts the connection without a close frame",
    tests: [
      "a client is told 1007 for a message with text that is no UTF-8",
      "a client is told 1007 for a message with fragments of text that are no UTF-8",
      ...brokenFrames.map((what) => `a client is told 1002 for a message ${what}`),
    ],
  },
  {
    reason: "the library does not say why it cut the connection",
    tests: brokenFrames.map((what) => `a message ${what} ends the socket, and its application hears 1002`),
  },
  {
    reason: "the library takes every frame for a masked one",
    tests: ["a client whose frames are not masked is told 1002"],
  },
];
