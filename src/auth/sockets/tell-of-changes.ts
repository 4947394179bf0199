import { channelLayers } from "../../layers/index.js";
import { rowsChanged } from "../../orm/index.js";
import { userKey } from "../login/login-claim.js";
import { anyUserModel } from "../users/user-model.js";
import { recheckSockets } from "./revocation.js";

/** From now on, each change of a user has her sockets looked at, on all processes, whichever it was made in. */
export function tellOfChanges(): void {
  const tell = async (keys: readonly unknown[]): Promise<void> => {
    for (const pk of keys) await recheckSockets(userKey({ pk }));
  };
  // Once for the process, however many projects it opens.
  rowsChanged.connect(
    async ({ sender, keys, created }) => {
      if (created || sender !== anyUserModel() || channelLayers.get("default") === undefined) return;
      await tell(keys);
    },
    { id: "hotclub.auth.sockets" },
  );
}
