import { Controller, Get, Header, Param, type Type } from "@nestjs/common";

import { decorate, decorateParameter, serveNest } from "../../load/nest-app.js";
import { answer, groups } from "./table.js";

function controllerOf(group: string): Type {
  class Group {
    all() {
      return answer(group);
    }
    item(item: string) {
      return answer(group, item);
    }
    comment(item: string, comment: string) {
      return answer(group, item, comment);
    }
  }
  const text = Header("content-type", "text/plain; charset=utf-8");
  decorateParameter(Group, "item", 0, Param("item"));
  decorateParameter(Group, "comment", 0, Param("item"));
  decorateParameter(Group, "comment", 1, Param("comment"));
  decorate(Group, "all", Get(["", "items"]), text);
  decorate(Group, "item", Get("items/:item"), text);
  decorate(Group, "comment", Get("items/:item/comments/:comment"), text);
  Controller(`group-${group}`)(Group);
  return Group;
}

await serveNest(groups.map(controllerOf));
