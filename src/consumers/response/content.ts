/** Bytes that can be sent whole or in parts: a file on disk, or whatever else knows its size. */
export interface Content {
  /** In bytes. */
  readonly size: number;
  /** The media type. Default `application/octet-stream`. */
  readonly type?: string | undefined;
  /** As `entityTag` makes it. */
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
  /** The bytes from `first` to `last`, both included and both there, counted from 0. */
  read(first: number, last: number): AsyncIterable<Uint8Array>;
  /** Called once, when nothing more is read. */
  close?(): void | Promise<void>;
}
