import { open } from "node:fs/promises";

import { mediaTypeOf, UploadedFile } from "../../consumers/index.js";
import { UploadRefused } from "../errors.js";
import { agrees, kindOf, withSignature } from "./file-kinds.js";
import { checkImage, type ImageFacts, type ImageRules } from "./images.js";

/** What an upload must be. */
export interface UploadRules {
  /** The largest file, in bytes. What the request allows counts as well. */
  readonly maxBytes?: number;
  /** Whether a file without content is taken. Default false. */
  readonly allowEmpty?: boolean;
  /** Endings that are taken, without the point: `["pdf", "txt"]`. Default: all. */
  readonly extensions?: readonly string[];
  /** Media types that are taken: `["application/pdf", "audio/*"]`. Default: all. */
  readonly types?: readonly string[];
  /** Only images that browsers show and that can be read as a whole; SVG is none, as it can hold scripts. Default false. */
  readonly image?: boolean | ImageRules;
}

/** What was found out about an upload. */
export interface CheckedUpload {
  /** The media type by its content; by its ending where that has none. */
  readonly type: string;
  /** Of an image, where the rules ask for one. */
  readonly image: ImageFacts | undefined;
}

/** What `file-type` looks at. */
const headBytes = 4100;

const imageKinds = ["png", "jpg", "gif", "webp", "avif"];

/**
 * Looks at what is in an uploaded file, whatever the client says of it. Its ending must be one that is taken, and what it
 * contains must be what its ending says. Rejects with `UploadRefused`.
 */
export async function checkUpload(upload: UploadedFile, rules: UploadRules = {}): Promise<CheckedUpload> {
  const { name, size } = upload;
  const refuse = (problem: UploadRefused["params"]["problem"], detail?: string): never => {
    throw new UploadRefused({ name, problem, ...(detail !== undefined && { detail }) });
  };
  const { maxBytes, allowEmpty = false, extensions, types, image = false } = rules;
  if (size === 0 && !allowEmpty) refuse("empty");
  if (maxBytes !== undefined && size > maxBytes) refuse("tooLarge", `at most ${maxBytes} bytes are taken`);
  const kind = kindOf(name);
  const taken = extensions ?? (image === false ? undefined : imageKinds);
  if (taken !== undefined && !taken.some((one) => kindOf(`.${one}`) === kind))
    refuse("extension", `${taken.join(", ")} are taken`);
  const sniffed = size === 0 ? undefined : await sniff(upload.path);
  if (sniffed !== undefined ? !agrees(kind, sniffed.ext) : size > 0 && withSignature.has(kind)) {
    refuse("contradiction", sniffed === undefined ? undefined : `it is ${sniffed.mime}`);
  }
  const type = typeOf(name, kind, sniffed);
  if (types !== undefined && !types.some((one) => isOfType(type, one))) refuse("type", `it is ${type}`);
  if (image === false) return { type, image: undefined };
  const facts = await checkImage(upload.path, name, image === true ? {} : image);
  return { type, image: facts };
}

interface Sniffed {
  readonly ext: string;
  readonly mime: string;
}

async function sniff(path: string): Promise<Sniffed | undefined> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const { fileTypeFromBuffer } = await import("file-type");
    return await fileTypeFromBuffer(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** A container is what its ending says. */
function typeOf(name: string, kind: string, sniffed: Sniffed | undefined): string {
  if (sniffed !== undefined && kindOf(`.${sniffed.ext}`) === kind) return sniffed.mime;
  return (mediaTypeOf(name).split(";")[0] ?? "").trim();
}

function isOfType(type: string, rule: string): boolean {
  return rule.endsWith("/*") ? type.startsWith(rule.slice(0, -1)) : type === rule;
}
