import { App } from "uWebSockets.js";

App()
  .get("/", (response) => void response.end("Hello, world"))
  .listen("127.0.0.1", Number(process.env["PORT"]), () => {});
