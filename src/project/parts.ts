/** What only the composed project knows how to use, added to every app. */
declare module "../core/app.js" {
  interface AppParts {
    /** The directory of this app's static files, served under `/static/`. */
    readonly staticFiles?: URL | string;
  }
}

export {};
