let isTypeScriptReady = false;

/** Imports a module, TypeScript as it is. Rejects with what the module throws. */
export async function loadModule(url: string): Promise<void> {
  if (/\.[mc]?ts(\?|$)/.test(url) && !isTypeScriptReady) {
    isTypeScriptReady = true;
    const { register } = await import("tsx/esm/api");
    register();
  }
  await import(url);
}
