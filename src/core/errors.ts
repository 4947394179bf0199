import { takeTrace } from "./error-trace.js";

/** What an error class says about itself, once for all its instances. */
export interface ErrorDefinition<Params extends object> {
  /** Stable and unique, `FOLDER_WHAT_HAPPENED`; listed in docs/reference/errors.md; never used again once retired. */
  readonly code: string;
  /** What was wrong, where, and what to do about it. */
  readonly message: (params: Params) => string;
  /** The HTTP status when it reaches a client; 500 unless given. */
  readonly status?: number;
  /** The WebSocket close code when it ends an open socket; 1011 unless given (RFC 6455 §7.4.1). */
  readonly closeCode?: number;
  /** Whether the same call may succeed later, unchanged; false unless given. */
  readonly temporary?: boolean;
  /** Whether its stack begins where the program called Hotclub, without Hotclub's own calls; false unless given. */
  readonly fromProgram?: boolean;
}

/** The base of every error that Hotclub raises on purpose. */
export abstract class HotclubError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  abstract readonly closeCode: number;
  abstract readonly temporary: boolean;
  abstract readonly params: object;
}

type ErrorArguments<Params extends object> = {} extends Params
  ? [params?: Params, options?: ErrorOptions]
  : [params: Params, options?: ErrorOptions];

const definedCodes = new Map<string, ErrorDefinition<never>>();

/**
 * Makes the base class of one kind of error:
 *
 * ```ts
 * export class PortInUse extends defineError({
 *   code: "PROTOCOL_PORT_IN_USE",
 *   message: (p: { port: number }) => `Port ${p.port} is taken. Stop what listens there or set PORT.`,
 * }) {}
 * ```
 *
 * Throws a plain `Error` when `code` is already defined.
 */
export function defineError<Params extends object = {}>(definition: ErrorDefinition<Params>) {
  if (definedCodes.has(definition.code)) throw new Error(`The error code ${definition.code} is defined twice.`);
  definedCodes.set(definition.code, definition);
  abstract class DefinedError extends HotclubError {
    static readonly code: string = definition.code;
    readonly code: string = definition.code;
    readonly status: number = definition.status ?? 500;
    readonly closeCode: number = definition.closeCode ?? 1011;
    readonly temporary: boolean = definition.temporary ?? false;
    readonly params: Params;

    constructor(...[params, options]: ErrorArguments<Params>) {
      const given = params ?? ({} as Params);
      super(definition.message(given), options);
      this.params = given;
      this.name = new.target.name;
      if (definition.fromProgram === true) takeTrace(this, new.target);
    }
  }
  return DefinedError;
}

/** Every code defined by the modules loaded so far, sorted. For the test that compares them with the docs. */
export function listErrorCodes(): string[] {
  return [...definedCodes.keys()].sort();
}

/** Whatever was thrown, as an `Error`: strings and other values are wrapped and kept as `cause`. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(`Something that is not an Error was thrown: ${String(thrown)}`, { cause: thrown });
}
