import { partRenderer } from "../templates/index.js";

/**
 * The directory of the templates that forms are rendered with where a project has none of its own. Projects have it among
 * their directories; an engine that is made by hand needs it there to replace the parts of a form one by one.
 */
export const formTemplates = new URL("./templates/", import.meta.url);

/** Renders a part of a form by the page's own template of this name, or by the one that comes with Hotclub. */
export const renderPart = partRenderer(formTemplates);
