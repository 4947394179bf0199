import { getLogger } from "../core/index.js";
import { readManifest, setStaticUrls, StaticFiles, StaticFinder, StaticUrls } from "../static-files/index.js";
import { directories } from "./directories.js";
import type { Project } from "./project.js";

/** The browser's client, as `hotclub/client/index.js`. Made by the build. */
const ownStaticFiles = new URL("../static/", import.meta.url);

/** Finds the static files of a project: those of its own app first, then those of the apps, the last one first. */
export function staticFinder({ apps }: Project): StaticFinder {
  return new StaticFinder(directories([ownStaticFiles, ...[...apps].map((app) => app.staticFiles)]));
}

/**
 * The static files of a project, and their URLs, which become those of this process: the collected ones where there are
 * any, otherwise, and always with `DEBUG`, as they lie in the apps.
 */
export async function openStaticFiles(project: Project): Promise<{ files: StaticFiles; urls: StaticUrls }> {
  const { debug, staticRoot, staticUrl } = project.settings;
  const manifest = debug ? undefined : await readManifest(staticRoot);
  const urls = new StaticUrls(staticUrl, manifest);
  const shared = { prefix: urls.path, isShared: /^(?:[a-z]+:)?\/\//i.test(staticUrl) };
  setStaticUrls(urls);
  if (manifest !== undefined) {
    getLogger().debug({ staticRoot, hash: manifest.hash }, "static files come from where they were collected");
    return { files: new StaticFiles({ directories: [staticRoot], manifest, ...shared }), urls };
  }
  return { files: new StaticFiles({ directories: staticFinder(project).directories, reload: debug, ...shared }), urls };
}
