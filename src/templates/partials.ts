import { type Emitter, type Liquid, Tag, type TagToken, type Template, type TopLevelToken } from "liquidjs";
import type { Context, Parser } from "liquidjs";

/** `{% partialdef name %}…{% endpartialdef %}`: a part that can be rendered alone; `inline` puts it out where it stands. */
export class PartialDefinitionTag extends Tag {
  readonly partial: string;
  readonly templates: Template[] = [];
  readonly #isInline: boolean;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid);
    const [name = "", option] = token.args.trim().split(/\s+/);
    if (!/^[\w-]+$/.test(name) || (option !== undefined && option !== "inline")) {
      throw new Error("write {% partialdef name %} or {% partialdef name inline %}");
    }
    this.partial = name;
    this.#isInline = option === "inline";
    const stream = parser
      .parseStream(remaining)
      .on("tag:endpartialdef", () => stream.stop())
      .on("template", (template) => this.templates.push(template as Template))
      .on("end", () => {
        throw new Error(`tag ${token.getText()} not closed`);
      });
    stream.start();
  }

  override *render(context: Context, emitter: Emitter): Generator<unknown, void, never> {
    if (this.#isInline) yield this.liquid.renderer.renderTemplates(this.templates, context, emitter);
  }
}

/** The part called `name` among `templates` and all within them. */
export function findPartial(templates: readonly Template[], name: string): readonly Template[] | undefined {
  for (const template of templates) {
    if (template instanceof PartialDefinitionTag && template.partial === name) return template.templates;
    const inner = template as {
      templates?: Template[];
      elseTemplates?: Template[];
      branches?: { templates: Template[] }[];
    };
    const all = [
      ...(inner.templates ?? []),
      ...(inner.elseTemplates ?? []),
      ...(inner.branches ?? []).flatMap((b) => b.templates),
    ];
    const found = findPartial(all, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
