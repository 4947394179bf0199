import { defineError } from "../core/index.js";

/** No directory has a template of this name. */
export class TemplateNotFound extends defineError({
  code: "TEMPLATES_NOT_FOUND",
  message: (p: { template: string; directories: readonly string[] }) =>
    `There is no template ${JSON.stringify(p.template)}; looked in ${p.directories.join(", ") || "no directory"}.`,
}) {}

/** A template cannot be parsed or rendered. `detail` has the line and what stands around it. */
export class TemplateFailed extends defineError({
  code: "TEMPLATES_FAILED",
  message: (p: { template: string; detail: string }) =>
    `The template ${JSON.stringify(p.template)} failed: ${p.detail}`,
}) {}
