import { InvalidArgumentError, Option } from "commander";

import type { KnownAnswers } from "../../orm/index.js";

/** Options that answer what `makemigrations` would ask. */
export interface AnswerOptions {
  readonly rename?: ReadonlyMap<string, string>;
  readonly fill?: ReadonlyMap<string, unknown>;
}

/** `--rename chat.Room.title:name` */
export function renameOption(): Option {
  return new Option("--rename <old:new>", "a rename: chat.Room:Hall, chat.Room.title:name (several times)").argParser(
    (text: string, known: ReadonlyMap<string, string> | undefined) => {
      const [from = "", to = "", ...rest] = text.split(":");
      const isRename = /^\w+\.\w+(\.\w+)?$/.test(from) && /^\w+$/.test(to) && rest.length === 0;
      if (!isRename) throw new InvalidArgumentError("It must be app.Model:NewName or app.Model.field:newName.");
      return new Map([...(known ?? []), [from, to]]);
    },
  );
}

/** `--fill chat.Room.topic='"none"'` */
export function fillOption(): Option {
  return new Option(
    "--fill <field=json>",
    'what rows get: chat.Room.topic="" or chat.Room.size=0 (several times)',
  ).argParser((text: string, known: ReadonlyMap<string, unknown> | undefined) => {
    const [, field, value] = /^(\w+\.\w+\.\w+)=(.*)$/s.exec(text) ?? [];
    if (field === undefined || value === undefined) {
      throw new InvalidArgumentError("It must be app.Model.field=VALUE.");
    }
    return new Map([...(known ?? []), [field, parseValue(value)]]);
  });
}

/** JSON, or text as it is. */
function parseValue(text: string): unknown {
  if (text === "") return "";
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The answers that the options give. */
export function answersOf({ rename, fill }: AnswerOptions): KnownAnswers {
  return { ...(rename && { renames: rename }), ...(fill && { fills: fill }) };
}
