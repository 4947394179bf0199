import express from "express";

const app = express();
app.get("/", (_request, response) => void response.send("Hello, world"));
app.listen(Number(process.env["PORT"]), "127.0.0.1");
