import { Signer } from "../core/index.js";
import type { TemplateEngine } from "../templates/index.js";
import { ServiceMissing } from "./errors.js";

/** What a project gives to all its consumers. */
export interface ConsumerServicesOptions {
  /** The first signs cookies, all verify. Without any, signed cookies throw. */
  readonly secretKeys?: readonly string[];
  readonly templates?: TemplateEngine;
  /** The largest body that is read into memory, in bytes. Default 2.5 MiB. */
  readonly maxBodyBytes?: number;
  /**
   * Whether log lines and tasks carry the id of the request that they come from. Default true. Costs a little time for
   * each message, and more for each promise on Node 20 to 22.
   */
  readonly tracksRequests?: boolean;
  /** Whether error answers show what went wrong inside. Default false. */
  readonly debug?: boolean;
}

/** What a project gives to all its consumers, with clear errors where something is missing. */
export class ConsumerServices {
  readonly maxBodyBytes: number;
  readonly debug: boolean;
  readonly tracksRequests: boolean;
  readonly #options: ConsumerServicesOptions;
  readonly #signers = new Map<string, Signer>();

  constructor(options: ConsumerServicesOptions = {}) {
    this.#options = options;
    this.maxBodyBytes = options.maxBodyBytes ?? 2_621_440;
    this.debug = options.debug ?? false;
    this.tracksRequests = options.tracksRequests ?? true;
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
