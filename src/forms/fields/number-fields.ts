import { Decimal } from "decimal.js";

import type { Attributes } from "../widgets/attributes-html.js";
import { Input } from "../widgets/input.js";
import type { Widget } from "../widgets/widget.js";
import { type FieldOptions, FormField } from "./form-field.js";
import { valueText } from "../value-text.js";

/** Options of `field.integer` and `field.float`. */
export interface NumberOptions extends FieldOptions<number> {
  /** The smallest value allowed. */
  readonly min?: number;
  /** The greatest value allowed. */
  readonly max?: number;
  /** Only multiples of it are allowed, counted from `min` where there is one. */
  readonly step?: number;
}

/** What numbers have in common: their input, their limits. */
abstract class NumberField<Value> extends FormField<Value> {
  protected abstract readonly limits: {
    readonly min: Decimal.Value | undefined;
    readonly max: Decimal.Value | undefined;
    readonly step: Decimal.Value | undefined;
  };

  protected defaultWidget(): Widget {
    return new Input("number");
  }

  /** The step that browsers go by where there is none. */
  protected abstract readonly anyStep: string | undefined;

  protected override attributes(): Attributes {
    const { min, max, step } = this.limits;
    const text = (value: Decimal.Value | undefined): string | undefined =>
      value === undefined ? undefined : new Decimal(value).toFixed();
    return { min: text(min), max: text(max), step: text(step) ?? this.anyStep };
  }

  protected override format(value: unknown): unknown {
    return Decimal.isDecimal(value) ? value.toFixed() : value;
  }

  /** What was sent, without blanks; `undefined` for nothing. */
  protected given(raw: unknown): string | undefined {
    if (raw === undefined || raw === null) return undefined;
    const text = Decimal.isDecimal(raw) ? raw.toFixed() : valueText(raw).trim();
    return text === "" ? undefined : text;
  }

  protected checkLimits(value: Decimal.Value): void {
    const { min, max, step } = this.limits;
    if (min === undefined && max === undefined && step === undefined) return;
    const number = new Decimal(value);
    if (min !== undefined && number.lessThan(min)) this.refuse("min_value", { limit: String(min), value });
    if (max !== undefined && number.greaterThan(max)) this.refuse("max_value", { limit: String(max), value });
    if (
      step !== undefined &&
      !number
        .minus(min ?? 0)
        .modulo(step)
        .isZero()
    ) {
      this.refuse("step_size", { step: String(step), offset: min === undefined ? 0 : String(min), value });
    }
  }
}

/** A whole number within ±(2^53 - 1). Where nothing is given, null. */
export class IntegerField<Value = number> extends NumberField<Value> {
  protected readonly limits;
  protected readonly anyStep = undefined;

  constructor(options: NumberOptions = {}) {
    super({ ...options, errorMessages: { invalid: "Enter a whole number.", ...options.errorMessages } });
    const { min, max, step } = options;
    this.limits = { min, max, step };
  }

  protected parse(raw: unknown): unknown {
    const text = this.given(raw);
    if (text === undefined) return undefined;
    // As spreadsheets write whole numbers, too.
    const digits = /^([+-]?\d+)(?:\.0*)?$/.exec(text)?.[1];
    const number = digits === undefined ? Number.NaN : Number(digits);
    if (!Number.isSafeInteger(number)) this.refuse("invalid", { value: text });
    this.checkLimits(number);
    return number === 0 ? 0 : number;
  }
}

/** Options of `field.bigInteger`. */
export interface BigIntegerOptions extends FieldOptions<bigint> {
  readonly min?: bigint;
  readonly max?: bigint;
}

/** A whole number of any size, as a bigint. Where nothing is given, null. */
export class BigIntegerField<Value = bigint> extends NumberField<Value> {
  protected readonly limits;
  protected readonly anyStep = undefined;

  constructor(options: BigIntegerOptions = {}) {
    super({ ...options, errorMessages: { invalid: "Enter a whole number.", ...options.errorMessages } });
    const { min, max } = options;
    this.limits = { min: min?.toString(), max: max?.toString(), step: undefined };
  }

  protected parse(raw: unknown): unknown {
    const text = this.given(raw);
    if (text === undefined) return undefined;
    if (!/^[+-]?\d{1,100}$/.test(text)) this.refuse("invalid", { value: text });
    const number = BigInt(text.replace(/^\+/, ""));
    // Decimals of this size are rounded, so the limits are compared as they are.
    const { min, max } = this.limits;
    if (min !== undefined && number < BigInt(min)) this.refuse("min_value", { limit: min });
    if (max !== undefined && number > BigInt(max)) this.refuse("max_value", { limit: max });
    return number;
  }
}

/** A number as JavaScript has them. Where nothing is given, null. */
export class FloatField<Value = number> extends NumberField<Value> {
  protected readonly limits;
  protected readonly anyStep = "any";

  constructor(options: NumberOptions = {}) {
    super({ ...options, errorMessages: { invalid: "Enter a number.", ...options.errorMessages } });
    const { min, max, step } = options;
    this.limits = { min, max, step };
  }

  protected parse(raw: unknown): unknown {
    const text = this.given(raw);
    if (text === undefined) return undefined;
    const number = isNumber(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(number)) this.refuse("invalid", { value: text });
    this.checkLimits(number);
    return number === 0 ? 0 : number;
  }
}

/** Options of `field.decimal`. */
export interface DecimalOptions extends FieldOptions<Decimal, Decimal.Value> {
  /** How many digits the number has at most, those after the point included. */
  readonly maxDigits?: number;
  /** How many digits it has at most after the point. */
  readonly decimalPlaces?: number;
  readonly min?: Decimal.Value;
  readonly max?: Decimal.Value;
  readonly step?: Decimal.Value;
}

/** An exact decimal number, for money. What has too many digits is refused, not rounded. Where nothing is given, null. */
export class DecimalField<Value = Decimal> extends NumberField<Value> {
  protected readonly limits;
  readonly #options: DecimalOptions;

  constructor(options: DecimalOptions = {}) {
    super({ ...options, errorMessages: { invalid: "Enter a number.", ...options.errorMessages } });
    this.#options = options;
    const { min, max, step } = options;
    this.limits = { min, max, step };
  }

  protected get anyStep(): string | undefined {
    const { decimalPlaces } = this.#options;
    if (decimalPlaces === undefined) return "any";
    return new Decimal(10).pow(-decimalPlaces).toFixed();
  }

  /** With as many places as it can have: 20.90, not 20.9. */
  protected override format(value: unknown): unknown {
    const { decimalPlaces } = this.#options;
    if (decimalPlaces === undefined || !Decimal.isDecimal(value)) return super.format(value);
    return value.toFixed(Math.max(decimalPlaces, value.decimalPlaces()));
  }

  protected parse(raw: unknown): unknown {
    const text = this.given(raw);
    if (text === undefined) return undefined;
    if (!isNumber(text)) this.refuse("invalid", { value: text });
    const number = new Decimal(text);
    const { maxDigits, decimalPlaces } = this.#options;
    if (decimalPlaces !== undefined && number.decimalPlaces() > decimalPlaces) {
      this.refuse("max_decimal_places", { limit: decimalPlaces });
    }
    const whole = number.isZero() ? 0 : Math.max(0, number.e + 1);
    if (maxDigits !== undefined) {
      if (whole + number.decimalPlaces() > maxDigits) this.refuse("max_digits", { limit: maxDigits });
      const most = maxDigits - (decimalPlaces ?? 0);
      if (decimalPlaces !== undefined && whole > most) this.refuse("max_whole_digits", { limit: most });
    }
    this.checkLimits(number);
    return number.isZero() ? new Decimal(0) : number;
  }
}

/** At most 400 characters: nobody types more, and reading a number takes longer the longer it is. */
function isNumber(text: string): boolean {
  return text.length <= 400 && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text);
}
