import type { Request, Response } from "express";

import { serveExpress } from "../../load/express-app.js";
import { answer, groups } from "./table.js";

interface Params {
  readonly [name: string]: string;
  readonly item: string;
  readonly comment: string;
}

serveExpress((app) => {
  for (const group of groups) {
    const list = (_request: Request, response: Response) => void response.type("text").send(answer(group));
    app.get(`/group-${group}/`, list);
    app.get(`/group-${group}/items/`, list);
    app.get<Params>(
      `/group-${group}/items/:item/`,
      ({ params }, response) => void response.type("text").send(answer(group, params.item)),
    );
    app.get<Params>(
      `/group-${group}/items/:item/comments/:comment/`,
      ({ params }, response) => void response.type("text").send(answer(group, params.item, params.comment)),
    );
  }
});
