import type { PresenceChanged } from "../layers/index.js";
import type { PresenceFrame } from "../protocol/index.js";

let lastMessage: PresenceChanged | undefined;
let lastFrame: PresenceFrame | undefined;

/** What clients are told of a change. The same object for all consumers of a process, so that its JSON is made once. */
export function presenceFrame(message: PresenceChanged): PresenceFrame {
  if (message === lastMessage && lastFrame !== undefined) return lastFrame;
  const { group, joined, left, isWhole } = message;
  lastMessage = message;
  lastFrame = Object.freeze({
    type: "presence",
    group,
    joined: Object.freeze(joined.map(({ device, person, meta }) => Object.freeze({ device, person, meta }))),
    left: Object.freeze(left.map(({ device }) => device)),
    isWhole,
  });
  return lastFrame;
}
