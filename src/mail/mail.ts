/** An address, alone or with the name of whom it is: `"django@hotclub.example"`, `{ name: "Django", address: "…" }`. */
export type MailAddress = string | { readonly name: string; readonly address: string };

/** A file that goes along. */
export interface MailAttachment {
  readonly fileName: string;
  readonly content: string | Uint8Array;
  /** Default: by the name. */
  readonly contentType?: string;
  /** The name that the HTML shows it by: `<img src="cid:logo">`. */
  readonly contentId?: string;
}

/** One mail. Names, subjects and headers that hold a line break are refused: they would begin further headers. */
export interface Mail {
  readonly to?: MailAddress | readonly MailAddress[];
  readonly cc?: MailAddress | readonly MailAddress[];
  /** Who gets it without the others knowing. */
  readonly bcc?: MailAddress | readonly MailAddress[];
  /** Default: the mailer's. */
  readonly from?: MailAddress;
  readonly replyTo?: MailAddress | readonly MailAddress[];
  readonly subject: string;
  /** For those who read text. Needed where there is no `html`. */
  readonly text?: string;
  readonly html?: string;
  readonly attachments?: readonly MailAttachment[];
  /** Further headers: `{ "List-Unsubscribe": "<https://…>" }`. */
  readonly headers?: Readonly<Record<string, string>>;
}
