import { task } from "../../../src/workers/index.js";
import { deferred } from "../../deferred.js";
import { Product } from "./models.js";

let mayEnd = deferred<void>();

/** Makes the products dearer, and stops half way until `endRepricing` is called. */
export const reprice = task("shop.reprice", {}, async (run, { keys }: { model: string; keys: (string | number)[] }) => {
  await run.progress({ share: 0.5, text: `${keys.length} products: half of the way` });
  await mayEnd.promise;
  await Product.filterBy({ pk__in: keys }).update({ views: 1n });
});

/** Lets the products be made dearer to the end. */
export function endRepricing(): void {
  mayEnd.resolve();
  mayEnd = deferred<void>();
}
