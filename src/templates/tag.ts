/** What stood in a tag: `{% url "room" slug=room.slug %}` has one positional and one named argument. */
export interface TagArguments {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
  /** What `{{ name }}` would be where the tag stands. */
  readonly lookup: (name: string) => unknown;
}

/**
 * A tag without a body. Folders export theirs as `templateTags`, apps bring them along, and the engine escapes what
 * they return: a tag gives text, unless it says that it gives HTML.
 */
export interface TemplateTag {
  readonly name: string;
  /** `html` goes out as it is: such a tag escapes what it was given by itself (`escapeHtml`). Default `text`. */
  readonly output?: "text" | "html";
  readonly render: (tag: TagArguments) => string | Promise<string>;
}
