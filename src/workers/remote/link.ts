import { getLogger, toError } from "../../core/index.js";
import { type ChannelLayer, packPlain, unpackPlain } from "../../layers/index.js";
import type { LinkMessage } from "./frames.js";
import { Gate } from "./gate.js";
import { PacketQueue } from "./packet-queue.js";
import { type RemoteTiming, sleptMs } from "./remote-timing.js";

/** What a link needs to know. */
export interface LinkOptions<Received> {
  readonly layer: ChannelLayer;
  readonly id: string;
  /** This process's channel, and the other's. */
  readonly from: string;
  readonly to: string;
  readonly timing: RemoteTiming;
  /** Takes a frame. Must not throw. */
  readonly deliver: (frame: Received) => void;
  /** The other side has been silent for too long. */
  readonly onDead: () => void;
}

/** How long an acknowledgement waits for something to travel with. */
const ackDelayMs = 20;
/** How soon everything unacknowledged is sent again after the layer has refused something. */
const retryMs = 250;
/** With so many packets that were not acknowledged, an acknowledgement is sent at once. */
const maxUnacknowledged = 64;
const gapPauseMs = 50;
/** Above it, those who send are asked to wait. */
const fullBytes = 8 * 1024 * 1024;

/**
 * Carries frames between two processes over the channel layer, which may lose messages: each arrives once and in order,
 * as long as both processes live. What was not acknowledged is kept and sent again.
 */
export class Link<Sent, Received> {
  readonly to: string;
  readonly id: string;
  readonly #options: LinkOptions<Received>;
  readonly #queue = new PacketQueue();
  /** The number of the next packet to come. */
  #expected = 0;
  #unacknowledged = 0;
  /** The beginning of a frame that comes in several packets. */
  #pieces: Uint8Array[] = [];
  /** What was posted in a turn of the event loop, for whichever connections, leaves at its end as one message. */
  #flushing: NodeJS.Immediate | undefined;
  #ackTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  readonly #beat: NodeJS.Timeout;
  #heardAt = performance.now();
  #tickedAt = performance.now();
  #sentAt = 0;
  /** When the other side last acknowledged something that was new, or nothing was left to acknowledge. */
  #progressAt = performance.now();
  #isClosed = false;
  #rewoundAt = 0;
  readonly #room = new Gate();
  readonly #sent = new Gate();

  constructor(options: LinkOptions<Received>) {
    this.#options = options;
    this.to = options.to;
    this.id = options.id;
    this.#beat = setInterval(() => this.#tick(), options.timing.heartbeatMs / 2);
  }

  /** Sends a frame. A promise means that much waits already; it resolves when there is room. */
  post(frame: Sent): void | Promise<void> {
    if (this.#isClosed) return;
    if (this.#queue.isEmpty) this.#progressAt = performance.now();
    this.#queue.push(packPlain(frame));
    this.#flushing ??= setImmediate(this.#flush);
    if (this.#queue.bytes > fullBytes) return this.#room.wait();
  }

  /** Takes what came for this link. */
  receive(message: LinkMessage): void {
    if (this.#isClosed) return;
    this.#heardAt = performance.now();
    if (this.#queue.acknowledge(message.ack)) {
      this.#progressAt = this.#heardAt;
      if (this.#queue.bytes <= fullBytes) this.#room.open();
      if (this.#queue.isEmpty) this.#sent.open();
    }
    // Each batch behind a gap is answered; one answer is enough.
    if (message.gap === true && this.#heardAt - this.#rewoundAt > gapPauseMs) this.#sendAgain();
    if (message.packets.length > 0) this.#take(message);
  }

  /** Resolves when everything has reached the other side. */
  async whenSent(): Promise<void> {
    if (!this.#queue.isEmpty && !this.#isClosed) await this.#sent.wait();
  }

  /** Ends the link as it should be: what waits for the end of this turn is still sent. */
  end(): void {
    this.#flush();
    this.close();
  }

  /** Sends nothing more. */
  close(): void {
    this.#isClosed = true;
    clearImmediate(this.#flushing);
    clearInterval(this.#beat);
    clearTimeout(this.#ackTimer);
    clearTimeout(this.#retryTimer);
    this.#room.open();
    this.#sent.open();
  }

  #take({ first, packets, more = [] }: LinkMessage): void {
    const isNew = first + packets.length > this.#expected;
    if (first > this.#expected) return this.#send([], [], 0, true);
    for (let i = this.#expected - first; i < packets.length; i++) {
      const packet = packets[i];
      if (packet === undefined) break;
      this.#expected += 1;
      this.#unacknowledged += 1;
      this.#assemble(packet, more[i] === true);
    }
    if (!isNew || this.#unacknowledged >= maxUnacknowledged) this.#send([], [], 0);
    else this.#ackTimer ??= setTimeout(() => this.#send([], [], 0), ackDelayMs);
  }

  #assemble(packet: Uint8Array, hasMore: boolean): void {
    if (hasMore || this.#pieces.length > 0) this.#pieces.push(packet);
    if (hasMore) return;
    const bytes = this.#pieces.length > 0 ? Buffer.concat(this.#pieces) : packet;
    this.#pieces = [];
    this.#options.deliver(unpackPlain(bytes) as Received);
  }

  readonly #flush = (): void => {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    if (this.#isClosed || this.#retryTimer !== undefined) return;
    for (;;) {
      const batch = this.#queue.next();
      if (batch === undefined) return;
      this.#send(batch.packets, batch.more, batch.first);
    }
  };

  #send(packets: readonly Uint8Array[], more: readonly boolean[], first: number, gap = false): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    this.#unacknowledged = 0;
    this.#sentAt = performance.now();
    const { layer, id, from, to } = this.#options;
    const message: LinkMessage = {
      type: "remote.link",
      link: id,
      from,
      first,
      ack: this.#expected,
      packets,
      ...(more.includes(true) && { more }),
      ...(gap && { gap }),
    };
    layer.send(to, message).catch((thrown: unknown) => {
      if (this.#isClosed) return;
      getLogger().debug({ err: toError(thrown), to }, "a batch for another process is to be sent again");
      this.#retryTimer ??= setTimeout(() => {
        this.#retryTimer = undefined;
        this.#sendAgain();
      }, retryMs);
    });
  }

  #sendAgain(): void {
    this.#queue.rewind();
    this.#progressAt = performance.now();
    this.#rewoundAt = this.#progressAt;
    this.#flush();
  }

  #tick(): void {
    const now = performance.now();
    const { timing, layer, onDead } = this.#options;
    this.#heardAt += sleptMs(this.#tickedAt, now, timing.heartbeatMs / 2);
    this.#tickedAt = now;
    // While the broker is away nobody can be heard.
    if (layer.state === "disconnected") this.#heardAt = now;
    if (now - this.#heardAt > timing.deadMs) return onDead();
    if (!this.#queue.isEmpty && now - this.#progressAt > timing.resendMs) this.#sendAgain();
    // A heartbeat before the first packet would tell of a link that the other side does not know.
    else if (this.#flushing === undefined && now - this.#sentAt >= timing.heartbeatMs) this.#send([], [], 0);
  }
}
