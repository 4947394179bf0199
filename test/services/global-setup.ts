import { Broker, brokerVariable } from "./broker.js";
import { installMissing } from "./shared-services.js";

/** Vitest runs this once, in the main process, before any worker starts; what it returns, after the last has ended. */
export default async function openBroker(): Promise<() => Promise<void>> {
  // A run of everything needs everything: installed here, it cannot eat the time of the test that asks first.
  const fileFilters = process.argv.slice(2).filter((argument) => !argument.startsWith("-") && argument !== "run");
  if (fileFilters.length === 0) await installMissing();
  const broker = await Broker.open();
  process.env[brokerVariable] = broker.url;
  return async () => {
    delete process.env[brokerVariable];
    await broker.close();
  };
}
