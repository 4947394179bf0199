import { describe } from "vitest";

import { describeAnnotations } from "./orm/annotations.js";
import { describeArrays } from "./orm/arrays.js";
import { describeCombinations } from "./orm/combinations.js";
import { describeCommonTables } from "./orm/common-tables.js";
import { describeCompositeKeys } from "./orm/composite-keys.js";
import { describeDecimals } from "./orm/decimals.js";
import { describeDefinitions } from "./orm/definitions.js";
import { describeDeletion } from "./orm/deletion.js";
import type { OrmEngine } from "./orm/engine.js";
import { describeFields } from "./orm/fields.js";
import { describeFiltering } from "./orm/filtering.js";
import { describeFunctions } from "./orm/functions.js";
import { describeInheritance } from "./orm/inheritance.js";
import { describeInstances } from "./orm/instances.js";
import { describeIntegrity } from "./orm/integrity.js";
import { describeJson } from "./orm/json.js";
import { describeJsonFunctions } from "./orm/json-functions.js";
import { describeLookups } from "./orm/lookups.js";
import { describeManagers } from "./orm/managers.js";
import { describeMerging } from "./orm/merging.js";
import { describeMultiTable } from "./orm/multi-table.js";
import { describePages } from "./orm/pages.js";
import { describePlainRows } from "./orm/plain-rows.js";
import { describeOrderAndKeys } from "./orm/order-and-keys.js";
import { describeQueryMethods } from "./orm/query-methods.js";
import { describeQuerySets } from "./orm/query-sets.js";
import { describeRaw } from "./orm/raw.js";
import { describeRegistered } from "./orm/registered.js";
import { describeReferences } from "./orm/references.js";
import { describeRelations } from "./orm/relations.js";
import { describeTables } from "./orm/tables.js";
import { describeTimeZones } from "./orm/time-zones.js";
import { describeToField } from "./orm/to-field.js";
import { describeTransactions } from "./orm/transactions.js";
import { describeValidation } from "./orm/validation.js";

export type { OrmEngine } from "./orm/engine.js";

/** What the ORM does, the same on every database. */
export function describeOrm(engine: OrmEngine): void {
  describe(`the ORM on ${engine.name}`, () => {
    describeInstances(engine);
    describeQuerySets(engine);
    describeFields(engine);
    describeLookups(engine);
    describeFiltering(engine);
    describeAnnotations(engine);
    describeFunctions(engine);
    describeJson(engine);
    describeJsonFunctions(engine);
    describeQueryMethods(engine);
    describePlainRows(engine);
    describeMerging(engine);
    describeCommonTables(engine);
    describeCombinations(engine);
    describePages(engine);
    describeDecimals(engine);
    describeRaw(engine);
    describeRegistered(engine);
    describeReferences(engine);
    describeRelations(engine);
    describeDefinitions(engine);
    describeDeletion(engine);
    describeIntegrity(engine);
    describeCompositeKeys(engine);
    describeInheritance(engine);
    describeMultiTable(engine);
    describeManagers(engine);
    describeValidation(engine);
    describeTimeZones(engine);
    describeToField(engine);
    describeOrderAndKeys(engine);
    describeArrays(engine);
    describeTransactions(engine);
    describeTables(engine);
  });
}
