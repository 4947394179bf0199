import { authenticate, User } from "hotclub/auth";
import { databases } from "hotclub/orm";
import { defaultHashers, PasswordHashes, Pbkdf2Hasher } from "hotclub/security";
import { expect, test } from "vitest";

import { askDjango } from "../services/django.js";
import { postgresUrl } from "../services/index.js";
import { openSite } from "./site.js";

/** A project of Django's, of one file: makes its tables of users, and some users in it. */
const program = `
import json, sys
from urllib.parse import urlparse
import django
from django.conf import settings

given = json.load(sys.stdin)
settings.configure(
    SECRET_KEY="x",
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers." + name
        for name in ("PBKDF2PasswordHasher", "BCryptSHA256PasswordHasher", "Argon2PasswordHasher")
    ],
)
django.setup()
from django.core.management import call_command
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import connection
call_command("migrate", verbosity=0)
for algorithm in ("pbkdf2_sha256", "bcrypt_sha256", "argon2"):
    user = User(username=algorithm, email=algorithm + "@Example.com", first_name="Jean")
    user.password = make_password("manoir of " + algorithm, hasher=algorithm)
    user.save()
User.objects.create_user("unusable")
User.objects.create_superuser("boss", password="manoir of boss")
User.objects.create_user("asleep", password="manoir of asleep", is_active=False)
with connection.cursor() as cursor:
    cursor.execute("select * from auth_user order by id")
    columns = [column[0] for column in cursor.description]
    rows = [[str(value) if value is not None else None for value in row] for row in cursor.fetchall()]
    print(json.dumps({"columns": columns, "rows": rows}))
`;

test("users that Django made log in here, with the same passwords", { timeout: 180_000 }, async () => {
  const { columns, rows } = JSON.parse(await askDjango(program, "{}")) as {
    columns: string[];
    rows: (string | null)[][];
  };
  // The same table, column for column.
  const others = defaultHashers().filter(({ algorithm }) => algorithm !== "pbkdf2_sha256");
  const passwords = new PasswordHashes([new Pbkdf2Hasher("pbkdf2_sha256", 1), ...others]);
  const site = await openSite({ databaseUrl: await postgresUrl(), passwords });
  const names = columns.map((column) => `"${column}"`).join(", ");
  for (const row of rows) {
    const values = row.map((value, index) => {
      if (value === null) return "null";
      const isFlag = columns[index]?.startsWith("is_") === true;
      return isFlag ? String(value === "1" || value === "True") : `'${value.replaceAll("'", "''")}'`;
    });
    await databases
      .get()
      .query(`insert into auth_user (${names}) values (${values.join(", ")})`, [], { hasRows: false });
  }
  for (const name of ["pbkdf2_sha256", "bcrypt_sha256", "argon2", "boss"]) {
    const before = await User.get({ username: name });
    expect(await authenticate({ username: name, password: "wrong" })).toBeUndefined();
    const user = await authenticate({ username: name, password: `manoir of ${name}` });
    expect(user?.username).toBe(name);
    // Hashed again, in the way of this site.
    const after = await User.get({ username: name });
    expect(after.password).not.toBe(before.password);
    expect(await authenticate({ username: name, password: `manoir of ${name}` })).toBeDefined();
  }
  expect((await User.get({ username: "boss" })).isSuperuser).toBe(true);
  expect((await User.get({ username: "argon2" })).dateJoined).toBeInstanceOf(Date);
  for (const name of ["unusable", "asleep"]) {
    expect(await authenticate({ username: name, password: `manoir of ${name}` })).toBeUndefined();
  }
  await site.close();
});
