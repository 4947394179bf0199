import { parseArgs } from "node:util";

import { acts } from "./acts.js";
import { isGood, runAct } from "./chaos.js";

const { values } = parseArgs({
  options: {
    act: { type: "string" },
    clients: { type: "string", default: "200" },
    seconds: { type: "string", default: "5" },
    remote: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const all = acts(5000);

if (values.help) {
  process.stdout.write(
    `npm run chaos:layer -- [--act NAME[,NAME]] [--clients N] [--seconds N before and after] [--remote]\nacts: ${Object.keys(all).join(", ")}\n`,
  );
  process.exit();
}

let failures = 0;
for (const name of values.act?.split(",") ?? Object.keys(all)) {
  const act = all[name];
  if (act === undefined) throw new Error(`There is no act ${name}; there are ${Object.keys(all).join(", ")}.`);
  process.stdout.write(`${name}: ${act.title}\n`);
  const outcome = await runAct(act, {
    clients: Number(values.clients),
    clientsPerRoom: 10,
    everyMs: 500,
    calmMs: Number(values.seconds) * 1000,
    isRemote: values.remote,
  });
  const good = isGood(outcome, act, Number(values.clients));
  if (!good) failures++;
  process.stdout.write(`  ${good ? "good" : "BAD"} ${JSON.stringify(outcome)}\n`);
}
process.exit(failures);
