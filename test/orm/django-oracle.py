"""Answers queries with Django itself, on the SQLite file that Hotclub's ORM made: one JSON line in, one out."""

import json
import sys

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=[],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.db import models  # noqa: E402
from django.db.models import Avg, Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Sum  # noqa: E402


class User(models.Model):
    username = models.CharField(max_length=40)
    nickname = models.CharField(max_length=40, null=True)

    class Meta:
        app_label = "oracle"
        db_table = "user"
        managed = False


class Room(models.Model):
    slug = models.SlugField()
    title = models.CharField(max_length=80)
    owner = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="rooms")

    class Meta:
        app_label = "oracle"
        db_table = "room"
        managed = False


class Message(models.Model):
    room = models.ForeignKey(Room, models.DO_NOTHING, related_name="messages")
    author = models.ForeignKey(User, models.DO_NOTHING, related_name="messages")
    text = models.TextField()
    note = models.TextField(null=True)
    likes = models.IntegerField()
    score = models.IntegerField(null=True)
    sent_at = models.BigIntegerField()

    class Meta:
        app_label = "oracle"
        db_table = "message"
        managed = False
        ordering = ["-sent_at", "-pk"]


MODELS = {"User": User, "Room": Room, "Message": Message}
AGGREGATES = {"Count": Count, "Sum": Sum, "Max": Max, "Min": Min, "Avg": Avg}


def value_of(value):
    if isinstance(value, dict):
        if "F" in value:
            return F(value["F"])
        if "outer" in value:
            return OuterRef(value["outer"])
        if "query" in value:
            return query_of(value["query"])
    return value


def condition_of(spec):
    kind, *parts = spec
    if kind == "is":
        path, value = parts
        return Q(**{path: value_of(value)})
    if kind == "exists":
        return Q(Exists(query_of(parts[0])))
    if kind == "not":
        return ~condition_of(parts[0])
    first, *rest = [condition_of(part) for part in parts[0]]
    for other in rest:
        first = first & other if kind == "and" else first | other if kind == "or" else first ^ other
    return first


def expression_of(spec):
    kind, *parts = spec
    if kind == "F":
        return F(parts[0])
    if kind == "subquery":
        return Subquery(query_of(parts[0]))
    path, options = parts
    arguments = {}
    if options.get("distinct"):
        arguments["distinct"] = True
    if "filter" in options:
        arguments["filter"] = condition_of(options["filter"])
    return AGGREGATES[kind](path, **arguments)


def query_of(spec):
    rows = MODELS[spec["model"]].objects.all()
    for step, *parts in spec["steps"]:
        if step == "filter":
            rows = rows.filter(condition_of(parts[0]))
        elif step == "where":
            rows = rows.filter(**{path: value_of(value) for path, value in parts[0]})
        elif step == "exclude":
            rows = rows.exclude(**{path: value_of(value) for path, value in parts[0]})
        elif step == "annotate":
            rows = rows.annotate(**{name: expression_of(one) for name, one in parts[0]})
        elif step == "values":
            rows = rows.values(*parts[0])
        elif step == "order":
            rows = rows.order_by(*parts[0])
  
            rows = rows.reverse()
        elif step == "distinct":
            rows = rows.distinct()
        elif step == "slice":
            rows = rows[parts[0] : parts[1]]
        elif step == "union":
            rows = rows.union(query_of(parts[0]))
    return rows


def answer(spec):
    rows = query_of(spec)
    if spec["ask"] == "count":
        return rows.count()
    if spec["ask"] == "exists":
        return rows.exists()
    if spec["ask"] == "aggregate":
        return rows.aggregate(**{name: expression_of(one) for name, one in spec["aggregates"]})
    names = spec["names"]
    return [row if isinstance(row, dict) else [row.pk, *[getattr(row, name) for name in names]] for row in rows]


for line in sys.stdin:
    try:
        result = {"result": answer(json.loads(line))}
    except Exception as error:  # what Django refuses is an answer, too
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
