import { serveExpress } from "../../load/express-app.js";
import { room } from "./room.js";

serveExpress((app) => {
  app.get("/", (_request, response) => void response.json(room()));
});
