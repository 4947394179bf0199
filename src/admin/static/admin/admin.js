// What the admin's pages can do beyond working: everything here is an extra to HTML that does without it.
import { followList } from "./list.js";
import { followObject } from "./object.js";
import { followProgress } from "./progress.js";
import { endPopup } from "./popup.js";
import { improveForms } from "./forms.js";
import { showTimes } from "./times.js";

endPopup();
showTimes(document);
improveForms(document);
followList();
followObject();
followProgress();
