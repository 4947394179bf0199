/** How large the generated app is. */
export const models = 200;
export const routes = 200;

/** The budget of our types: a tenth above what was measured when it was written. */
export const instantiationsAtMost = 1_190_000;
