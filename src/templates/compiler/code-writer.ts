import type { Token } from "liquidjs";

/** A piece of code that can stand wherever a value can, as often as wanted: a name or a literal. */
export type Atom = string;

/**
 * Gathers the lines of a function. What they need that is not code is a constant, named by its number, or a string as
 * JSON.
 */
export class CodeWriter {
  protected readonly constants: unknown[] = [];
  protected readonly tokens: Token[] = [];
  protected readonly temps: string[] = [];
  /** The variable that text is added to. */
  out = "o";
  #lines: string[] = [];
  #text = "";
  #counter = 0;

  /** The code so far. */
  protected get code(): string {
    return this.#lines.join("\n");
  }

  /** Text of the template itself. */
  addText(text: string): void {
    this.#text += text;
  }

  line(code: string): void {
    this.flush();
    this.#lines.push(code);
  }

  /** Adds what `code` gives to the text. */
  append(code: string): void {
    const before = this.#text === "" ? "" : `${JSON.stringify(this.#text)} + `;
    this.#text = "";
    // Of two texts that are added at once, the second must not be waited for before the first is there.
    this.#lines.push(
      before !== "" && code.startsWith("yield")
        ? `${this.out} += ${before}(${code});`
        : `${this.out} += ${before}${code};`,
    );
  }

  flush(): void {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    this.#lines.push(`${this.out} += ${JSON.stringify(text)};`);
  }

  /** The code that `write` writes, on its own. */
  collect(write: () => void): string[] {
    this.flush();
    const outer = this.#lines;
    this.#lines = [];
    write();
    this.flush();
    const lines = this.#lines;
    this.#lines = outer;
    return lines;
  }

  lines(lines: readonly string[]): void {
    this.flush();
    this.#lines.push(...lines);
  }

  constant(value: unknown): Atom {
    const known = this.constants.indexOf(value);
    return `k${known === -1 ? this.constants.push(value) - 1 : known}`;
  }

  /** A name that nothing else has. */
  name(prefix: string): string {
    this.#counter += 1;
    return `${prefix}${this.#counter}`;
  }

  /** A new variable. */
  temp(): string {
    const name = this.name("v");
    this.temps.push(name);
    return name;
  }

  /** A new variable that is `code`. */
  set(code: string): Atom {
    const temp = this.temp();
    this.line(`${temp} = ${code};`);
    return temp;
  }

  /** What fails from here on stands at `token`. */
  at(token: Token): void {
    this.line(`p = ${this.tokens.push(token) - 1};`);
  }
}
