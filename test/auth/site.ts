import {
  defineProject,
  defineSettings,
  http,
  HttpConsumer,
  type Middleware,
  websocket,
  WebSocketConsumer,
} from "hotclub";
import {
  authApp,
  authenticate,
  authentication,
  type AuthenticationOptions,
  login,
  logout,
  updateSessionAuthHash,
  User,
} from "hotclub/auth";
import { PasswordHashes, passwordProblems, Pbkdf2Hasher } from "hotclub/security";
import { memorySessions, type SessionEngine, sessions, sessionsApp } from "hotclub/sessions";
import type { Route } from "hotclub/consumers";
import type { Project } from "hotclub/project";
import { TestSite } from "hotclub/testing";
import type { Task } from "hotclub/workers";

declare module "hotclub/sessions" {
  interface SessionData {
    tune: string;
  }
}

/** Hashes at a cost that tests can pay. */
export const quickPasswords = () => new PasswordHashes([new Pbkdf2Hasher("pbkdf2_sha256", 1)]);

class Me extends HttpConsumer {
  async get() {
    const user = await this.user;
    return this.json({
      name: user.displayName,
      isAuthenticated: user.isAuthenticated,
      tune: (await this.session.get("tune")) ?? null,
    });
  }
  /** Keeps something in the session. */
  async post() {
    this.session.set("tune", "Nuages");
    return this.text("kept");
  }
}

class LogIn extends HttpConsumer {
  async post() {
    const { username, password } = (await this.request.json()) as { username: string; password: string };
    const user = await authenticate({ username, password }, { scope: this.scope });
    if (user === undefined) return this.text("wrong", { status: 400 });
    await login(this.scope, user);
    return this.text("in");
  }
}

class LogOut extends HttpConsumer {
  async post() {
    await logout(this.scope);
    return this.text("out");
  }
}

class ChangePassword extends HttpConsumer {
  async post() {
    const user = await this.user;
    if (!user.isAuthenticated) return this.text("who?", { status: 403 });
    await user.setPassword(((await this.request.json()) as { password: string }).password);
    await user.save();
    await updateSessionAuthHash(this.scope, user);
    return this.text("changed");
  }
}

class Plain extends HttpConsumer {
  get() {
    return this.text("plain");
  }
}

class Socket extends WebSocketConsumer {
  override async connect() {
    const user = await this.user;
    this.accept();
    await this.sendJson({ name: user.displayName });
  }
  override async receive(data: string) {
    if (data === "block") return new Promise<void>((resolve) => this.signal.addEventListener("abort", () => resolve()));
    await this.sendJson({ name: (await this.user).displayName });
  }
}

export interface ClubOptions extends AuthenticationOptions {
  readonly engine?: SessionEngine;
  readonly middleware?: readonly Middleware[];
  readonly routes?: readonly Route[];
  readonly tasks?: readonly Task[];
  readonly templates?: string;
}

/** A project with users. */
export function club({
  engine = memorySessions(),
  middleware = [],
  routes = [],
  tasks = [],
  templates,
  ...options
}: ClubOptions = {}): Project {
  return defineProject({
    name: "club",
    settings: defineSettings({}, { SECRET_KEY: "x".repeat(32), LOG_LEVEL: "silent", ALLOWED_HOSTS: "localhost" }),
    apps: [sessionsApp, authApp],
    tasks,
    middleware: [
      sessions({ engine }),
      authentication({ passwords: quickPasswords(), throttle: false, ...options }),
      ...middleware,
    ],
    ...(templates !== undefined && { templates }),
    routes: [
      http("/me/", Me),
      http("/login/", LogIn),
      http("/logout/", LogOut),
      http("/password/", ChangePassword),
      http("/plain/", Plain),
      websocket("/ws/", Socket),
      ...routes,
    ],
  });
}

/** A site with users, kept in this process. */
export async function openSite({
  databaseUrl = "sqlite::memory:",
  redisUrl = null,
  ...options
}: ClubOptions & { readonly databaseUrl?: string; readonly redisUrl?: string | null } = {}): Promise<TestSite> {
  // The list of common passwords takes its time to load, which no request of a test is to wait for.
  await passwordProblems("manoir de mes reves");
  return TestSite.open(club({ redisUrl, ...options }), {
    databaseUrl,
    redisUrl,
    mailUrl: "memory:",
    mailFrom: "club@example.com",
  });
}

/** A user called `username`, whose password is `secret of NAME`. */
export function someone(username: string, more: { isActive?: boolean; isSuperuser?: boolean } = {}): Promise<User> {
  return User.createUser({ username, password: `secret of ${username}`, email: `${username}@example.com`, ...more });
}

export const rightFor = (username: string) => ({ json: { username, password: `secret of ${username}` } });
