import { partRenderer } from "../templates/index.js";

/** The directory of the templates that come with views. */
export const viewTemplates = new URL("./templates/", import.meta.url);

/** Renders a part of a view by the page's own template of this name, or by the one that comes with Hotclub. */
export const renderView = partRenderer(viewTemplates);
