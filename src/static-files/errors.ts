import { defineError } from "../core/index.js";

/** A static file is asked for that was not collected, or lies in no app. Mend the name, or run `hotclub collectstatic`. */
export class StaticFileMissing extends defineError({
  code: "STATIC_FILE_MISSING",
  message: (p: { name: string; looked: string }) =>
    `There is no static file ${JSON.stringify(p.name)} in ${p.looked}. Mend the name, or run hotclub collectstatic.`,
}) {}

/** A stylesheet refers to a file that is in none of the apps. Mend the reference. */
export class StaticReferenceMissing extends defineError({
  code: "STATIC_REFERENCE_MISSING",
  message: (p: { file: string; line: number; reference: string }) =>
    `${p.file}, line ${p.line}, refers to ${JSON.stringify(p.reference)}, and no app has that file. Mend the reference, or add the file.`,
}) {}

/** The directory that static files are collected in holds something else, or is one of their sources. Choose another with STATIC_ROOT. */
export class StaticRootRefused extends defineError({
  code: "STATIC_ROOT_REFUSED",
  message: (p: { root: string; problem: string }) =>
    `Static files cannot be collected in ${p.root}: it ${p.problem}. Choose another directory with STATIC_ROOT.`,
}) {}
