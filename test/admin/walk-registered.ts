import { expect } from "vitest";

import { keyText, type ModelClass, modelOptions } from "../../src/orm/index.js";
import { type Rows, rowsOf, valueOf } from "../../src/admin/model/rows.js";
import { snapshotOf } from "../../src/admin/edit/snapshot.js";
import type { TestClient } from "../../src/testing/index.js";
import { fieldsOf } from "./site.js";

/** What a browser sends of a page that nobody touches, all that is chosen of each list. */
function untouched(page: { readonly text: string }): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = fieldsOf(page);
  const lists = /<select(?=[^>]*\bmultiple)[^>]*\bname="([^"]*)"[^>]*>(.*?)<\/select>/gs;
  for (const [, name = "", body = ""] of page.text.matchAll(lists)) {
    fields[name] = [...body.matchAll(/<option value="([^"]*)"[^>]*\bselected/g)].map(([, value = ""]) => value);
  }
  return fields;
}

/**
 * Walks the pages of `model`, of which there are rows: its list, its search, the form of a new object, that of the first
 * one, which is saved as it was, its history, and what would go with it. Gives the fields on its form; `without`: those
 * that are not on it.
 */
export async function walkRegistered(
  client: TestClient,
  appName: string,
  model: ModelClass,
  without: readonly string[] = [],
): Promise<readonly string[]> {
  const { fields } = modelOptions(model);
  const list = `/admin/${appName}/${model.name.toLowerCase()}/`;
  const rows: Rows = rowsOf(model);
  const row = await rows.orderBy("pk").first();
  if (row === null) throw new Error(`There are no rows of ${model.name} to walk along.`);
  const key = keyText(valueOf(row, "pk"));

  const listed = await client.get(list);
  expect([list, listed.status]).toEqual([list, 200]);
  expect(listed.text).toContain(`${list}${key}/change/`);
  expect((await client.get(`${list}?q=nothing+like+it`)).status).toBe(200);

  const added = await client.get(`${list}add/`);
  expect([list, added.status]).toEqual([list, 200]);
  const editable = fields.filter(
    ({ name, editable: isEditable, primaryKey, relation }) =>
      isEditable && !primaryKey && relation?.through === undefined && !without.includes(name),
  );
  for (const { name } of editable)
    expect([model.name, added.text]).toEqual([model.name, expect.stringContaining(`name="${name}"`)]);

  const change = `${list}${key}/change/`;
  const before = await snapshotOf(row, editable);
  const saved = await client.post(change, { form: { ...untouched(await client.get(change)), _continue: "1" } });
  expect([change, saved.status, saved.header("location")]).toEqual([change, 303, change]);
  const after = await rows.filterBy({ pk: valueOf(row, "pk") }).get();
  expect([model.name, await snapshotOf(after, editable)]).toEqual([model.name, before]);

  const history = await client.get(`${list}${key}/history/`);
  expect([history.status, history.text.includes("Changed by")]).toEqual([200, true]);
  expect((await client.get(`${list}${key}/delete/`)).status).toBe(200);
  return editable.map(({ name }) => name);
}
