import { newPostgresDatabase } from "../../load/orm-data.js";
import { servePython } from "../../load/python.js";

await servePython({
  modules: "django, gunicorn, psycopg2",
  debian: "python3-django, python3-psycopg2 and gunicorn",
  program: "cases/page/django-page.py",
  args: [await newPostgresDatabase()],
});
