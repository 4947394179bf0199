import { type ModelClass, modelOptions } from "../../orm/index.js";

/** `chat/room_list.liquid`; `undefined` for a model of no app. */
export function templateNameOf(model: ModelClass, suffix: string): string | undefined {
  const { appName, name } = modelOptions(model);
  return appName === undefined ? undefined : `${appName}/${name.toLowerCase()}${suffix}.liquid`;
}

/** What a template calls a row: `room`. */
export function contextNameOf({ name }: ModelClass): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
