import { Drop } from "liquidjs";

/** What `forloop` is within `{% for %}`, with Liquid's names and Django's. */
export class ForLoop extends Drop {
  i = 0;
  readonly length: number;
  readonly name: string;
  readonly parentloop: unknown;

  constructor(length: number, name: string, parentloop: unknown) {
    super();
    this.length = length;
    this.name = name;
    this.parentloop = parentloop;
  }

  get index(): number {
    return this.i + 1;
  }

  get index0(): number {
    return this.i;
  }

  get rindex(): number {
    return this.length - this.i;
  }

  get rindex0(): number {
    return this.length - this.i - 1;
  }

  get counter(): number {
    return this.i + 1;
  }

  get counter0(): number {
    return this.i;
  }

  get revcounter(): number {
    return this.length - this.i;
  }

  get revcounter0(): number {
    return this.length - this.i - 1;
  }

  get first(): boolean {
    return this.i === 0;
  }

  get last(): boolean {
    return this.i === this.length - 1;
  }

  get hasNext(): boolean {
    return this.i < this.length - 1;
  }

  /** For what LiquidJS interprets. */
  next(): void {
    this.i += 1;
  }

  override valueOf(): string {
    const { name, i, length } = this;
    return JSON.stringify({ i, length, name });
  }
}

/** What `forloop.name` is, as code over the index `i` and the length `n`, for loops whose object nobody needs. */
export const loopExpressions: Readonly<Record<string, (i: string, n: string) => string>> = {
  index: (i) => `(${i} + 1)`,
  index0: (i) => i,
  rindex: (i, n) => `(${n} - ${i})`,
  rindex0: (i, n) => `(${n} - ${i} - 1)`,
  counter: (i) => `(${i} + 1)`,
  counter0: (i) => i,
  revcounter: (i, n) => `(${n} - ${i})`,
  revcounter0: (i, n) => `(${n} - ${i} - 1)`,
  first: (i) => `(${i} === 0)`,
  last: (i, n) => `(${i} === ${n} - 1)`,
  length: (_, n) => n,
};
