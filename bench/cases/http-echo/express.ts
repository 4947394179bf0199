import express, { type ErrorRequestHandler } from "express";

import { serveExpress } from "../../load/express-app.js";
import { page } from "./post.js";

const refuse: ErrorRequestHandler = (_error, _request, response, _next) => void response.status(400).json({});

serveExpress((app) => {
  app.use(express.json());
  app.post("/", (request, response) => {
    const checked = page.safeParse(request.body);
    if (checked.success) response.json(checked.data);
    else response.status(400).json({ errors: checked.error.issues });
  });
  app.use(refuse);
});
