import { Signer } from "../core/index.js";
import type { ContextProcessor, TemplateEngine } from "../templates/index.js";
import { ServiceMissing } from "./errors.js";
import { refuseDebugInProduction } from "./refuse-debug.js";
import { type BodyLimits, defaultUploadLimits, type UploadLimits } from "./request/body-limits.js";

/** What a project gives to all its consumers. */
export interface ConsumerServicesOptions {
  /** The first signs cookies, all verify. Without any, signed cookies throw. */
  readonly secretKeys?: readonly string[];
  readonly templates?: TemplateEngine;
  /** What the templates of every page know besides what their handlers give; of two with one name, the later counts. */
  readonly contextProcessors?: readonly ContextProcessor[];
  /** The largest body that is read into memory, in bytes. Default 2.5 MiB. */
  readonly maxBodyBytes?: number;
  /** What forms may hold, where it is not the default. */
  readonly uploads?: Partial<UploadLimits>;
  /**
   * Aborted when the process is about to stop, before its server closes: event streams end and tell their clients to
   * come back, responses that were to come later come now.
   */
  readonly stopping?: AbortSignal;
  /**
   * Whether log lines and tasks carry the id of the request that they come from. Default true. Costs a little time for
   * each message, and more for each promise on Node 20 to 22.
   */
  readonly tracksRequests?: boolean;
  /** Whether consumers may run here for connections that other processes hold. Default false. */
  readonly isHosting?: boolean;
  /** Whether error answers show what went wrong inside. Default false. */
  readonly debug?: boolean;
}

/** What a class of consumers says of the bodies that it reads. */
interface OwnBodyLimits {
  readonly maxBodyBytes: number | undefined;
  readonly uploads: Partial<UploadLimits>;
}

/** What a project gives to all its consumers, with clear errors where something is missing. */
export class ConsumerServices {
  readonly maxBodyBytes: number;
  readonly uploads: UploadLimits;
  readonly debug: boolean;
  readonly contextProcessors: readonly ContextProcessor[];
  readonly isHosting: boolean;
  readonly tracksRequests: boolean;
  /** Not listeners of the signal, which would look through all of them to add one. */
  readonly #onStopping = new Set<() => void>();
  readonly #options: ConsumerServicesOptions;
  /** By class of consumers. */
  readonly #bodyLimits = new Map<object, BodyLimits>();
  readonly #signers = new Map<string, Signer>();

  /** Throws `DebugInProduction`. */
  constructor(options: ConsumerServicesOptions = {}) {
    this.#options = options;
    this.maxBodyBytes = options.maxBodyBytes ?? 2_621_440;
    this.uploads = { ...defaultUploadLimits, ...options.uploads };
    this.debug = options.debug ?? false;
    this.contextProcessors = options.contextProcessors ?? [];
    this.isHosting = options.isHosting ?? false;
    refuseDebugInProduction(this.debug);
    this.tracksRequests = options.tracksRequests ?? true;
    options.stopping?.addEventListener("abort", () => {
      for (const stop of this.#onStopping) stop();
      this.#onStopping.clear();
    });
  }

  /** What requests to a class of consumers may hold: what the class says, otherwise what the project says. */
  bodyLimits(consumerClass: OwnBodyLimits): BodyLimits {
    let limits = this.#bodyLimits.get(consumerClass);
    if (limits === undefined) {
      const { maxBodyBytes = this.maxBodyBytes, uploads } = consumerClass;
      limits = { ...this.uploads, ...uploads, maxBodyBytes };
      this.#bodyLimits.set(consumerClass, limits);
    }
    return limits;
  }

  /** Calls `stop` once when the process is about to stop, at once when it is. Returns what takes that back. */
  whenStopping(stop: () => void): () => void {
    if (this.#options.stopping?.aborted === true) {
      stop();
      return () => {};
    }
    this.#onStopping.add(stop);
    return () => void this.#onStopping.delete(stop);
  }

  /** Throws `ServiceMissing`. */
  get templates(): TemplateEngine {
    const { templates } = this.#options;
    if (templates === undefined) {
      throw new ServiceMissing({ what: "template engine", remedy: "Give the project a folder of templates." });
    }
    return templates;
  }

  /** A signer whose signatures count only under `salt`. Throws `ServiceMissing`. */
  signer(salt: string): Signer {
    const known = this.#signers.get(salt);
    if (known !== undefined) return known;
    const [first, ...others] = this.#options.secretKeys ?? [];
    if (first === undefined) throw new ServiceMissing({ what: "secret key", remedy: "Set SECRET_KEY." });
    const signer = new Signer([first, ...others], salt);
    this.#signers.set(salt, signer);
    return signer;
  }
}
