# Reads {"make": password, "check": [[password, encoded], ...]}; writes what Django's hashers make of both.
import base64, hashlib, json, sys

from django.conf import settings

settings.configure(
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers." + name
        for name in (
            "PBKDF2PasswordHasher",
            "PBKDF2SHA1PasswordHasher",
            "Argon2PasswordHasher",
            "BCryptSHA256PasswordHasher",
            "BCryptPasswordHasher",
        )
    ]
)

from django.contrib.auth import hashers

asked = json.loads(sys.stdin.buffer.read().decode("utf-8"))
password = asked["make"]
made = {hasher.algorithm: hasher.encode(password, hasher.salt()) for hasher in hashers.get_hashers()}


def scrypt(password, n, salt, r, p):
    # Debian's Django is older than its scrypt hasher; this is the form that it came with (Django 4.0).
    hash = hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p, maxmem=2**28, dklen=64)
    return "scrypt$%d$%s$%d$%d$%s" % (n, salt, r, p, base64.b64encode(hash).decode())


def check(password, encoded):
    if encoded.startswith("scrypt$"):
        _, n, salt, r, p, _ = encoded.split("$")
        return scrypt(password, int(n), salt, int(r), int(p)) == encoded
    return hashers.check_password(password, encoded)


made["scrypt"] = scrypt(password, 2**14, "NaCl", 8, 5)
made["unusable"] = hashers.make_password(None)
print(json.dumps({"made": made, "checked": [check(*pair) for pair in asked["check"]]}))
