import { ormCases } from "../../load/orm-case.js";

export const ormPostgres = ormCases("orm-postgres", "queries on PostgreSQL beside postgres.js alone", {
  peers: ["prisma"],
  needs: ["postgres"],
});
