/** Classes of the driver's, each with one that extends it; kept, as what is not used would be left out of `dist/`. */
const extended = new Map<unknown, unknown>();

/**
 * Lets V8 compile the constructor of a class of the driver's, of which it is given an instance. Its queries and results have a
 * static accessor with a computed name (`Symbol.species`); the properties of such a class are in a dictionary, and with that V8
 * begins to compile its constructor again and again and never ends ("Bailed out due to dependency change", says
 * `--trace-opt` of Node 20). Interpreted, it makes the functions that it sets as properties in the old generation, where they
 * keep each query and its rows until that is collected. A class that another extends has its properties in order.
 */
export function letCompile(instance: object): void {
  const made = instance.constructor as new () => object;
  if (!extended.has(made)) extended.set(made, class extends made {});
}
