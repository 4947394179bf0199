import type { SafeString } from "./safe-string.js";

/** What stood in a tag: `{% url "room" slug=room.slug %}` has one positional and one named argument. */
export interface TagArguments {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
  /** What `{{ name }}` would be where the tag stands. */
  readonly lookup: (name: string) => unknown;
  /** What stands between the tag and its end, rendered anew at each call. Empty where the tag has no body. */
  readonly body: () => Promise<SafeString>;
  /** Another template, with the names of the page and these. */
  readonly include: (template: string, names?: object) => Promise<SafeString>;
}

/**
 * A tag of an app. The engine escapes what it returns, unless that is a `SafeString` or the tag says that it gives HTML.
 * In a template, `{% name … as variable %}` keeps the result under a name instead of putting it out.
 */
export interface TemplateTag {
  readonly name: string;
  /** `html` goes out as it is: such a tag escapes what it was given by itself (`escapeHtml`). Default `text`. */
  readonly output?: "text" | "html";
  /** Whether it goes to `{% endname %}`. Default false. */
  readonly hasBody?: boolean;
  readonly render: (tag: TagArguments) => unknown;
}
