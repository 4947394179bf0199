/** The largest packet; a frame that is larger goes in several. Far below what a channel layer carries. */
const maxPacketBytes = 256 * 1024;
/** How much goes into one message of the layer. */
const maxBatchBytes = 512 * 1024;
const maxBatchPackets = 256;

interface Packet {
  readonly bytes: Uint8Array;
  /** Whether the next packet goes on with the same frame. */
  readonly hasMore: boolean;
}

/** Packets for one message of the layer. */
export interface Batch {
  readonly first: number;
  readonly packets: readonly Uint8Array[];
  readonly more: readonly boolean[];
}

/** The packets of one direction of a link: those that wait, and those that were sent and are not acknowledged. */
export class PacketQueue {
  #packets: Packet[] = [];
  /** The number of the first packet in the queue. */
  #first = 0;
  /** How many of the queue were sent. */
  #sent = 0;
  #bytes = 0;

  /** How much is in the queue. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#packets.length === 0;
  }

  push(frame: Uint8Array): void {
    this.#bytes += frame.length;
    for (let begin = 0; begin < frame.length; begin += maxPacketBytes) {
      const end = begin + maxPacketBytes;
      const hasMore = end < frame.length;
      this.#packets.push({ bytes: hasMore || begin > 0 ? frame.subarray(begin, end) : frame, hasMore });
    }
  }

  /** The next packets that were not sent; `undefined` when all were. */
  next(): Batch | undefined {
    if (this.#sent >= this.#packets.length) return undefined;
    const first = this.#first + this.#sent;
    const packets: Uint8Array[] = [];
    const more: boolean[] = [];
    let bytes = 0;
    while (packets.length < maxBatchPackets && bytes < maxBatchBytes) {
      const packet = this.#packets[this.#sent];
      if (packet === undefined) break;
      this.#sent += 1;
      bytes += packet.bytes.length;
      packets.push(packet.bytes);
      more.push(packet.hasMore);
    }
    return { first, packets, more };
  }

  /** The other side has all packets below `number`. Returns whether that is news. */
  acknowledge(number: number): boolean {
    const count = Math.min(number - this.#first, this.#packets.length);
    if (count <= 0) return false;
    for (const { bytes } of this.#packets.splice(0, count)) this.#bytes -= bytes.length;
    this.#first += count;
    this.#sent = Math.max(0, this.#sent - count);
    return true;
  }

  /** Everything that is not acknowledged counts as not sent. */
  rewind(): void {
    this.#sent = 0;
  }
}
