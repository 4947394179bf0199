import { servePython } from "./python.js";

/** What is needed of Python's packages, and which of Debian's that are. */
const packages = {
  // What `uvicorn[standard]` installs, as it is recommended.
  uvicorn: {
    modules: "django, uvicorn, uvloop, httptools",
    debian: "python3-django, python3-uvicorn, python3-uvloop and python3-httptools",
  },
  daphne: { modules: "django, channels, daphne", debian: "python3-django, python3-django-channels and daphne" },
};

/** Serves what `django-asgi.py` has, where Debian's packages are installed; elsewhere it is left out. */
export function serveDjango(
  server: keyof typeof packages,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  return servePython({ ...packages[server], program: "load/django-asgi.py", args: [server], environment });
}
