/** A piece learns so many headers that may follow it, the newest of them. */
const maxFollowers = 12;
/** How many pieces there may be; then all are forgotten, for an application that makes values up must not fill the memory. */
const maxPieces = 500;
/** Longer values are seldom the same for long. */
const maxValueLength = 2000;

/**
 * Headers that came one after the other in several responses, as they stand on the wire: most responses of a site
 * share most of theirs, and one call of a library with bytes costs a tenth of a call with two texts for each. A tree:
 * each piece is the one before it and one header more.
 */
export class HeadPiece {
  /** The name of the first header. */
  readonly first: ArrayBuffer;
  /** The value of the first header, and all other headers. */
  readonly rest: ArrayBuffer;
  readonly #name: string;
  readonly #value: string;
  readonly #firstText: string;
  readonly #restText: string;
  #followers: readonly HeadPiece[] = [];

  private constructor(before: HeadPiece | undefined, name: string, value: string) {
    this.#name = name;
    this.#value = value;
    const isFirst = before === undefined || before.#firstText === "";
    this.#firstText = isFirst ? name : before.#firstText;
    this.#restText = isFirst ? value : `${before.#restText}\r\n${name}: ${value}`;
    this.first = bytesOf(this.#firstText);
    this.rest = bytesOf(this.#restText);
  }

  /** The piece that all others follow. It holds nothing. */
  static readonly root = new HeadPiece(undefined, "", "");
  static #count = 0;

  /** This piece with one header more, if that is known. */
  followedBy(name: string, value: string): HeadPiece | undefined {
    const followers = this.#followers;
    for (let i = 0; i < followers.length; i++) {
      const follower = followers[i];
      if (follower !== undefined && follower.#name === name && follower.#value === value) return follower;
    }
    return undefined;
  }

  /** Makes the piece with one header more, which must have been found good; `undefined` where it is not worth it. */
  learn(name: string, value: string): HeadPiece | undefined {
    if (value.length > maxValueLength) return undefined;
    if (HeadPiece.#count === maxPieces) {
      HeadPiece.#count = 0;
      HeadPiece.root.#followers = [];
    }
    HeadPiece.#count += 1;
    const piece = new HeadPiece(this, name, value);
    this.#followers = [...this.#followers.slice(1 - maxFollowers), piece];
    return piece;
  }
}

function bytesOf(text: string): ArrayBuffer {
  const bytes = new ArrayBuffer(text.length);
  Buffer.from(bytes).write(text, "latin1");
  return bytes;
}
