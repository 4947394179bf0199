import { findInPath, findOrInstall, type Requirement } from "./install.js";

/** How to find and install it. */
export const chromium: Requirement = {
  title: "Chromium",
  debianPackage: "chromium",
  variable: "CHROMIUM_PATH",
  find: () => findInPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
};

/** The path of a Chromium or Chrome: `CHROMIUM_PATH`, one that is installed, or Debian's, installed now. */
export async function findChromium(): Promise<string> {
  return process.env["CHROMIUM_PATH"] ?? (await findOrInstall(chromium));
}
