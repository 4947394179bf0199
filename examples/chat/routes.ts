import { http, websocket } from "hotclub";

import { ChatConsumer, HomePage, NamePage, RoomPage } from "./consumers.js";

export const routes = [
  http("/", HomePage, { name: "home" }),
  http("/name/", NamePage, { name: "name" }),
  http("/rooms/:slug/", RoomPage, { name: "room" }),
  websocket("/ws/rooms/:slug/", ChatConsumer, { name: "socket" }),
];
