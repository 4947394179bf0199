"""The page of this case by Django on gunicorn: one worker, sessions in the database, its own templates."""
import os
import sys
import threading
from urllib.parse import unquote, urlparse

import django
from django.conf import settings

url, port = urlparse(sys.argv[1]), sys.argv[2]
settings.configure(
    SECRET_KEY="for the bench only",
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    ROOT_URLCONF="__main__",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "USER": unquote(url.username or "postgres"),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname,
            "PORT": url.port or 5432,
            "CONN_MAX_AGE": 600,
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            (
                                "django.template.loaders.locmem.Loader",
                                {
                                    "page.html": """<!doctype html><title>Messages</title><h1>Hello, {{ name }}</h1><table>{% for message in messages %}
<tr><td>{{ message.id }}</td><td>{{ message.author.username }}</td><td>{{ message.text }}</td><td>{{ message.likes }}</td></tr>{% endfor %}
</table>"""
                                },
                            )
                        ],
                    )
                ]
            },
        }
    ],
)
django.setup()

from django.contrib.auth import get_user_model, login  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from gunicorn.app.base import BaseApplication  # noqa: E402


class Author(models.Model):
    username = models.CharField(max_length=40)

    class Meta:
        app_label = "bench"
        db_table = "bench_user"
        managed = False


class Message(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    text = models.TextField()
    likes = models.BigIntegerField()
    open = models.BooleanField()
    sent_at = models.DateTimeField()

    class Meta:
        app_label = "bench"
        db_table = "bench_message"
        managed = False


def page(request):
    name = request.user.username if request.user.is_authenticated else "whoever you are"
    messages = Message.objects.select_related("author").order_by("id")[:100]
    return render(request, "page.html", {"name": name, "messages": messages})


def log_in(request):
    login(request, get_user_model().objects.get(username="django"))
    return HttpResponse("in")


urlpatterns = [path("", page), path("login/", log_in)]


class Server(BaseApplication):
    def load_config(self):
        self.cfg.set("bind", f"127.0.0.1:{port}")
        self.cfg.set("workers", 1)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", 4)
        self.cfg.set("keepalive", 75)
        self.cfg.set("loglevel", "error")

    def load(self):
        return get_wsgi_application()


call_command("migrate", verbosity=0)
get_user_model().objects.create_user("django", password="manoir de mes reves")
# Ends with whoever started it, and its worker with it.
os.setpgrp()
threading.Thread(target=lambda: (sys.stdin.read(), os.killpg(0, 9)), daemon=True).start()
Server().run()
