// What the admin's pages can do beyond working: everything here is an extra to HTML that does without it.
import { warnOfLostEdits } from "./edited.js";
import { changeTheme, findModels } from "./frame.js";
import { followList } from "./list.js";
import { followObject } from "./object.js";
import { followProgress } from "./progress.js";
import { sendOnce } from "./once.js";
import { endPopup } from "./popup.js";
import { improveForms } from "./forms.js";
import { keepUnsaved } from "./unsaved.js";
import { showTimes } from "./times.js";

endPopup();
showTimes(document);
// First: what is not sent after all must not count as sent below.
warnOfLostEdits();
sendOnce(document);
improveForms(document);
keepUnsaved();
followList();
followObject();
followProgress();
changeTheme();
findModels();
