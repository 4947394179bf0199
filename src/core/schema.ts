import type { StandardSchemaV1 } from "@standard-schema/spec";

import { defineError } from "./errors.js";

/** A schema of any library that speaks Standard Schema v1 (zod, valibot, arktype …). */
export type Schema<Output = unknown> = StandardSchemaV1<unknown, Output>;

/** What comes out of a schema when the value was good. */
export type SchemaOutput<S extends StandardSchemaV1> = StandardSchemaV1.InferOutput<S>;

/** What may be given to a schema. */
export type SchemaInput<S extends StandardSchemaV1> = StandardSchemaV1.InferInput<S>;

/** One thing that is wrong with a value. `path` is empty for the value as a whole. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** 400: a value does not fit its schema. `issues` says where and why. */
export class ValidationFailed extends defineError({
  code: "CORE_VALIDATION_FAILED",
  message: (p: { what: string; issues: readonly Issue[] }) =>
    `${p.what} is not valid: ${p.issues.map(issueText).join("; ")}.`,
  status: 400,
  closeCode: 1007,
}) {}

function issueText(issue: Issue): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

/**
 * Checks `value` against `schema` and returns what the schema makes of it: at once when the schema is synchronous,
 * otherwise as a promise. `what` names the value in the error. Throws (or rejects with) `ValidationFailed`.
 */
export function validate<S extends StandardSchemaV1>(
  schema: S,
  value: unknown,
  what: string,
): SchemaOutput<S> | Promise<SchemaOutput<S>> {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) return result.then((settled) => outputOf<S>(settled, what));
  return outputOf<S>(result, what);
}

function outputOf<S extends StandardSchemaV1>(result: StandardSchemaV1.Result<unknown>, what: string): SchemaOutput<S> {
  if (result.issues === undefined) return result.value;
  throw new ValidationFailed({ what, issues: result.issues.map(plainIssue) });
}

function plainIssue(issue: StandardSchemaV1.Issue): Issue {
  const path = (issue.path ?? []).map((step) => {
    const key = typeof step === "object" ? step.key : step;
    return typeof key === "symbol" ? String(key) : key;
  });
  return { path, message: issue.message };
}
