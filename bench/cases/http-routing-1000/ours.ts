import { createApplication, http, HttpConsumer, include } from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";
import { answer, groups } from "./table.js";

const groupOf = (path: string): string => path.slice("/group-".length, "/group-000".length);

class Group extends HttpConsumer {
  get() {
    return this.text(answer(groupOf(this.scope.path)));
  }
}
class Item extends HttpConsumer<{ item: string }> {
  get() {
    return this.text(answer(groupOf(this.scope.path), this.params.item));
  }
}
class Comment extends HttpConsumer<{ item: string; comment: string }> {
  get() {
    return this.text(answer(groupOf(this.scope.path), this.params.item, this.params.comment));
  }
}

const routes = groups.flatMap((group) => [
  http(`/group-${group}/`, Group),
  http(`/group-${group}/items/`, Group),
  include(`/group-${group}/items/`, [http("/:item/", Item), http("/:item/comments/:comment/", Comment)]),
]);

const server = await loadServer();
const { port } = await server.listen(createApplication({ routes }));
announce(port);
