import type { PathParams } from "../../core/index.js";

/** A host pattern as a path pattern: its labels become segments. */
type LabelsAsPath<Host extends string> = Host extends `${infer Label}.${infer Rest}`
  ? `/${Label}${LabelsAsPath<Rest>}`
  : `/${Host}`;

/** The parameters of a host pattern: `HostParams<":tenant.example.com">` is `{ tenant: string }`. */
export type HostParams<Host extends string> = PathParams<LabelsAsPath<Host>>;
