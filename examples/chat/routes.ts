import { http, include, websocket } from "hotclub";
import { authRoutes } from "hotclub/auth";

import { admin } from "./admin.js";
import { ChatConsumer, HomePage, NamePage, ProfilePage, RoomPage, RoomSettings } from "./consumers.js";

export const routes = [
  http("/", HomePage, { name: "home" }),
  http("/name/", NamePage, { name: "name" }),
  http("/profile/", ProfilePage, { name: "profile" }),
  http("/rooms/:slug/", RoomPage, { name: "room" }),
  http("/rooms/:slug/settings/", RoomSettings, { name: "room-settings" }),
  websocket("/ws/rooms/:slug/", ChatConsumer, { name: "socket" }),
  // A chat among friends: who signs up is in. With a mail to be answered first: signUp: true.
  include("/accounts/", authRoutes({ signUp: { confirmMail: false } })),
  include("/admin/", admin.routes, { namespace: "admin" }),
];
