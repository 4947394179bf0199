import { type Liquid, type Parser, type TagToken, type Template, type TopLevelToken, Value } from "liquidjs";

import { type Compiler, compileTag } from "../compiler/compiler.js";
import { type Branch, compileBranches } from "../compiler/liquid-nodes.js";
import { CompiledTag } from "./compiled-tag.js";
import { refuseArguments } from "./read-arguments.js";

/** `{% if %}…{% elsif %}…{% else %}…{% endif %}`; `elif` is Django's word for `elsif`. */
export class IfTag extends CompiledTag {
  readonly branches: Branch[] = [];
  readonly elseTemplates: Template[] = [];

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    let part: Template[] = [];
    let hasElse = false;
    const begin = ({ tokenizer }: TagToken): void => {
      if (hasElse) throw new Error("unexpected elsif after else");
      part = [];
      this.branches.push({ value: new Value(tokenizer.readFilteredValue(), liquid), templates: part });
    };
    const stream = parser
      .parseStream(remaining)
      .on("start", () => begin(token))
      .on("tag:elsif", (other) => begin(other as TagToken))
      .on("tag:elif", (other) => begin(other as TagToken))
      .on("tag:else", (other) => {
        refuseArguments(other as TagToken);
        if (hasElse) throw new Error("duplicated else");
        hasElse = true;
        part = this.elseTemplates;
      })
      .on("tag:endif", (other) => {
        refuseArguments(other as TagToken);
        stream.stop();
      })
      .on("template", (template) => void part.push(template as Template))
      .on("end", () => {
        throw new Error(`tag ${token.getText()} not closed`);
      });
    stream.start();
  }

  [compileTag](compiler: Compiler): void {
    compileBranches(this.branches, this.elseTemplates, compiler);
  }
}
