import * as fc from "fast-check";
import { expect, test } from "vitest";

import { MessageCipher } from "../../src/layers/message-cipher.js";
import { MessageCodec } from "../../src/layers/message-codec.js";
import { copyMessage } from "../../src/layers/message-copy.js";

const [oldKey, newKey] = ["the key that was used until today....", "the key that is used from today on..."] as const;

test("what one process seals, another opens, for the same place only", () => {
  const [one, other] = [new MessageCipher([newKey]), new MessageCipher([newKey])];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.string(), fc.string(), (text, place, elsewhere) => {
      const sealed = one.seal(text, place);
      expect(other.open(sealed, place)).toEqual(Buffer.from(text));
      if (elsewhere !== place) expect(other.open(sealed, elsewhere)).toBeUndefined();
    }),
  );
});

test("keys are exchanged without losing a message: the first encrypts, all decrypt", () => {
  const before = new MessageCipher([oldKey]);
  const prepared = new MessageCipher([oldKey, newKey]);
  const exchanged = new MessageCipher([newKey, oldKey]);
  const after = new MessageCipher([newKey]);
  const text = Buffer.from("swing");
  for (const reader of [before, prepared, exchanged]) expect(reader.open(prepared.seal(text, "g"), "g")).toEqual(text);
  for (const reader of [prepared, exchanged, after]) expect(reader.open(exchanged.seal(text, "g"), "g")).toEqual(text);
  expect(after.open(before.seal(text, "g"), "g")).toBeUndefined();
});

test("nothing of the text shows, and the same text looks different each time", () => {
  const cipher = new MessageCipher([newKey]);
  const text = Buffer.from("the quintet plays at nine");
  const [first, second] = [cipher.seal(text, "g"), cipher.seal(text, "g")];
  expect(first.includes("quintet")).toBe(false);
  expect(first.equals(second)).toBe(false);
  expect(first).toHaveLength(text.length + 46);
});

test("any changed, missing or added byte makes a message none", () => {
  const cipher = new MessageCipher([newKey]);
  const sealed = cipher.seal(Buffer.from("swing"), "g");
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    expect(cipher.open(changed, "g")).toBeUndefined();
    expect(cipher.open(sealed.subarray(0, index), "g")).toBeUndefined();
  }
  expect(cipher.open(Buffer.concat([sealed, Buffer.alloc(1)]), "g")).toBeUndefined();
});

test("salts that somebody makes up do not fill the memory, and do not keep real ones out", () => {
  const [writer, reader] = [new MessageCipher([newKey]), new MessageCipher([newKey])];
  for (let n = 0; n < 1500; n++) {
    const forged = writer.seal(Buffer.from("swing"), "g");
    forged.writeUInt32BE(n, 10);
    expect(reader.open(forged, "g")).toBeUndefined();
  }
  expect(reader.open(writer.seal(Buffer.from("swing"), "g"), "g")).toEqual(Buffer.from("swing"));
});

test.each([[["too short"]], ["one text and not a list of them, long enough"], [[newKey, 7]], [[""]]])(
  "refuses the keys %j",
  (keys) => {
    expect(() => new MessageCodec(1000, keys as string[])).toThrow(
      expect.objectContaining({ code: "LAYERS_OPTION_INVALID" }) as Error,
    );
  },
);

test("with keys, nothing is read that was not encrypted; without, nothing that was", () => {
  const [plain, secret] = [new MessageCodec(1000), new MessageCodec(1000, [newKey])];
  const copy = copyMessage({ type: "chat.message", text: "hello" });
  expect(plain.decode(plain.encode(copy, "g"), "g")).toEqual(copy.message);
  expect(secret.decode(secret.encode(copy, "g"), "g")).toEqual(copy.message);
  expect(secret.decode(plain.encode(copy, "g"), "g")).toBeUndefined();
  expect(plain.decode(secret.encode(copy, "g"), "g")).toBeUndefined();
  expect(secret.decode(Buffer.from('{"type":"chat.message"}'), "g")).toBeUndefined();
});

test("the limit of a message is that of the text, encrypted or not", () => {
  const message = copyMessage({ type: "chat.message", text: "x".repeat(100) });
  const size = new MessageCodec(1000).encode(message, "g").length;
  for (const keys of [[], [newKey]]) {
    expect(() => new MessageCodec(size, keys).encode(message, "g")).not.toThrow();
    expect(() => new MessageCodec(size - 1, keys).encode(message, "g")).toThrow(`${size} bytes`);
  }
});

test("JSON is a message too, for programs without msgpack; what is neither is none", () => {
  const codec = new MessageCodec(1000);
  const read = (text: string) => codec.decode(Buffer.from(text), "g");
  expect(read('{"type":"chat.message","text":"ça va","list":[1,null]}')).toEqual({
    type: "chat.message",
    text: "ça va",
    list: [1, null],
  });
  expect(Object.isFrozen(read('{"type":"t.m"}'))).toBe(true);
  for (const junk of ["", "{", "[]", "null", '{"text":1}', '{"type":7}', '{"type":"websocket.receive"}'])
    expect(read(junk)).toBeUndefined();
});
