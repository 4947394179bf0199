import type { Migration } from "../migration.js";

/** A migration with its place: the app that it belongs to, and the name of its file. */
export interface MigrationNode {
  /** `chat.0001_initial` */
  readonly key: string;
  readonly app: string;
  readonly name: string;
  readonly migration: Migration;
  /** The file, where it was loaded from one. */
  readonly file: string | undefined;
}

/** `chat.0001_initial` */
export function keyOf(app: string, name: string): string {
  return `${app}.${name}`;
}
