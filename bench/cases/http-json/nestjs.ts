import { Controller, Get } from "@nestjs/common";

import { decorate, serveNest } from "../../load/nest-app.js";
import { room } from "./room.js";

class Rooms {
  get() {
    return room();
  }
}
decorate(Rooms, "get", Get("/"));
Controller()(Rooms);

await serveNest([Rooms]);
