/** What stood in a tag: `{% url "room" slug=room.slug %}` has one positional and one named argument. */
export interface TagArguments {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

/**
 * A tag without a body. Folders export theirs as `templateTags`, apps bring them along, and the engine escapes what
 * they return: a tag gives text, not HTML.
 */
export interface TemplateTag {
  readonly name: string;
  readonly render: (tag: TagArguments) => string | Promise<string>;
}
