import { defineError } from "../core/index.js";

/** No directory has a template of this name. */
export class TemplateNotFound extends defineError({
  code: "TEMPLATES_NOT_FOUND",
  message: (p: { template: string; directories: readonly string[] }) =>
    `There is no template ${JSON.stringify(p.template)}; looked in ${p.directories.join(", ") || "no directory"}.`,
}) {}

/** Where in a template something failed. */
export interface TemplatePlace {
  readonly template: string;
  readonly line: number;
  readonly column: number;
}

/**
 * A template cannot be parsed or rendered. `detail` has the line and what stands around it, and by which templates it
 * was included; `places` has these as data, the place itself first. What was thrown is the `cause`.
 */
export class TemplateFailed extends defineError({
  code: "TEMPLATES_FAILED",
  message: (p: { template: string; detail: string; places: readonly TemplatePlace[] }) =>
    `The template ${JSON.stringify(p.template)} failed: ${p.detail}`,
}) {}

/** Something stands in a template that cannot stand there. The error that users see is `TemplateFailed`, with the place. */
export class TemplateInvalid extends defineError({
  code: "TEMPLATES_INVALID",
  message: (p: { problem: string }) => p.problem,
}) {}
