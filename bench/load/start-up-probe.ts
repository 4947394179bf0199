// Loaded before an app whose start is measured, to tell what it used.
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000, residentMiB: process.memoryUsage.rss() / 2 ** 20 });
});
// It is not this that keeps the app alive.
process.channel?.unref();
