/** A table: the queries of answers.json, as Django has them and as this ORM has them. As long as it is wide. */
import { inTimeZone } from "hotclub/core";
import {
  Avg,
  Case,
  Cast,
  Coalesce,
  Count,
  CumeDist,
  Exists,
  Exp,
  ExtractHour,
  ExtractIsoWeekDay,
  ExtractIsoYear,
  ExtractMinute,
  ExtractQuarter,
  ExtractSecond,
  ExtractWeek,
  ExtractWeekDay,
  ExtractYear,
  F,
  GreaterThan,
  Greatest,
  Lag,
  Lead,
  Least,
  Left,
  Length,
  Ln,
  Log,
  Lower,
  Max,
  Ntile,
  OuterRef,
  PercentRank,
  Q,
  Rank,
  Reverse,
  Right,
  RowNumber,
  RowRange,
  Sqrt,
  Subquery,
  Substr,
  Sum,
  TruncDate,
  TruncMonth,
  TruncYear,
  Upper,
  Value,
  ValueRange,
  When,
  Window,
} from "hotclub/orm";

import { Author, Bigstore, Book, Profile, Publisher, Review, Store, Tag } from "./models.js";

/** What to await, by the query in Django's words. */
export const queries: Readonly<Record<string, () => PromiseLike<unknown>>> = {
  'Book.objects.filter(title__exact="Swing 50%")': () => Book.all().filter({ title__exact: "Swing 50%" }),
  'Book.objects.filter(title__iexact="%")': () => Book.all().filter({ title__iexact: "%" }),
  'Book.objects.filter(title__iexact="É")': () => Book.all().filter({ title__iexact: "É" }),
  'Book.objects.filter(title__startswith="Swing 50%")': () => Book.all().filter({ title__startswith: "Swing 50%" }),
  'Book.objects.exclude(subtitle__startswith="swing")': () => Book.all().exclude({ subtitle__startswith: "swing" }),
  'Book.objects.filter(title__istartswith="É")': () => Book.all().filter({ title__istartswith: "É" }),
  'Book.objects.filter(title__endswith="%")': () => Book.all().filter({ title__endswith: "%" }),
  'Book.objects.filter(title__endswith="É")': () => Book.all().filter({ title__endswith: "É" }),
  'Book.objects.filter(title__iendswith="")': () => Book.all().filter({ title__iendswith: "" }),
  'Book.objects.filter(title__gt="swing")': () => Book.all().filter({ title__gt: "swing" }),
  'Book.objects.filter(title__gt="\\\\")': () => Book.all().filter({ title__gt: "\\" }),
  'Book.objects.filter(title__gt="")': () => Book.all().filter({ title__gt: "" }),
  'Book.objects.exclude(subtitle__lte="swing")': () => Book.all().exclude({ subtitle__lte: "swing" }),
  'Author.objects.filter(books__subtitle__lte="")': () => Author.all().filter({ books__subtitle__lte: "" }),
  'Author.objects.exclude(books__subtitle__lte="swing")': () => Author.all().exclude({ books__subtitle__lte: "swing" }),
  'Book.objects.filter(title__regex="\\\\\\\\")': () => Book.all().filter({ title__regex: "\\\\" }),
  'Book.objects.exclude(subtitle__iregex="^s")': () => Book.all().exclude({ subtitle__iregex: "^s" }),
  "Author.objects.filter(age__exact=43)": () => Author.all().filter({ age__exact: 43 }),
  "Author.objects.exclude(age__exact=43)": () => Author.all().exclude({ age__exact: 43 }),
  "Author.objects.filter(height__exact=1.75)": () => Author.all().filter({ height__exact: 1.75 }),
  "Book.objects.filter(out__exact=ts(2025,1,1,0,30))": () =>
    Book.all().filter({ out__exact: new Date("2025-01-01T00:30:00.000Z") }),
  "Book.objects.filter(day__exact=date(2025,1,1))": () => Book.all().filter({ day__exact: "2025-01-01" }),
  "Book.objects.filter(lasts__exact=timedelta(hours=1))": () => Book.all().filter({ lasts__exact: 3600000 }),
  "Book.objects.filter(out__gt=ts(2025,1,1,0,30))": () =>
    Book.all().filter({ out__gt: new Date("2025-01-01T00:30:00.000Z") }),
  "Author.objects.filter(age__gte=0)": () => Author.all().filter({ age__gte: 0 }),
  "Author.objects.filter(age__lt=0)": () => Author.all().filter({ age__lt: 0 }),
  "Book.objects.filter(out__lt=ts(2025,1,1,0,30))": () =>
    Book.all().filter({ out__lt: new Date("2025-01-01T00:30:00.000Z") }),
  'Book.objects.filter(price__lte=D("10.50"))': () => Book.all().filter({ price__lte: "10.50" }),
  'Book.objects.exclude(price__lte=D("10.5"))': () => Book.all().exclude({ price__lte: "10.5" }),
  "Book.objects.filter(price__lte=10)": () => Book.all().filter({ price__lte: 10 }),
  "Book.objects.filter(lasts__lte=timedelta(hours=1))": () => Book.all().filter({ lasts__lte: 3600000 }),
  "Author.objects.exclude(active=False)": () => Author.all().exclude({ active: false }),
  "Author.objects.filter(nick=None)": () => Author.all().filter({ nick: null }),
  "Author.objects.exclude(nick=None)": () => Author.all().exclude({ nick: null }),
  "Author.objects.filter(nick__iexact=None)": () => Author.all().filter({ nick__iexact: null }),
  "Author.objects.exclude(age__in=[])": () => Author.all().exclude({ age__in: [] }),
  "Author.objects.filter(age__in=[])": () => Author.all().filter({ age__in: [] }),
  'Author.objects.filter(Q(age__in=[]) | Q(name="Django"))': () =>
    Author.all().filter(Q({ age__in: [] }).or(Q({ name: "Django" }))),
  'Author.objects.exclude(Q(age__in=[]) | Q(name="Django"))': () =>
    Author.all().exclude(Q({ age__in: [] }).or(Q({ name: "Django" }))),
  "Author.objects.filter(age__in=[]).count()": () => Author.all().filter({ age__in: [] }).count(),
  'Author.objects.filter(age__in=[]).aggregate(n=Count("*"), s=Sum("age"), d=Sum("age", default=7))': () =>
    Author.all()
      .filter({ age__in: [] })
      .aggregate({ n: Count("*"), s: Sum("age"), d: Sum("age", { default: 7 }) }),
  "Book.objects.filter(day__range=(date(2024,12,31), date(2025,3,30)))": () =>
    Book.all().filter({ day__range: ["2024-12-31", "2025-03-30"] }),
  "Book.objects.filter(out__range=(ts(2024,12,31), ts(2025,1,1,23)))": () =>
    Book.all().filter({ out__range: [new Date("2024-12-31T00:00:00.000Z"), new Date("2025-01-01T23:00:00.000Z")] }),
  'Book.objects.filter(price__range=(D("0"), D("10.5")))': () => Book.all().filter({ price__range: ["0", "10.5"] }),
  'Book.objects.filter(pages__range=(F("pages"), F("pages") + 1))': () =>
    Book.all().filter({ pages__range: [F("pages"), F("pages").plus(1)] }),
  'Author.objects.filter(age__in=Author.objects.filter(active=True).values("age"))': () =>
    Author.all().filter({ age__in: Author.all().filter({ active: true }).values("age") }),
  'Author.objects.filter(pk__in=Book.objects.values("author"))': () =>
    Author.all().filter({ pk__in: Book.all().values("author") }),
  'Author.objects.exclude(pk__in=Book.objects.values("author"))': () =>
    Author.all().exclude({ pk__in: Book.all().values("author") }),
  'Author.objects.exclude(pk__in=Book.objects.filter(author__isnull=False).values("author"))': () =>
    Author.all().exclude({ pk__in: Book.all().filter({ author__isnull: false }).values("author") }),
  "Author.objects.filter(books__in=Book.objects.filter(pages__gt=50))": () =>
    Author.all().filter({ books__in: Book.all().filter({ pages__gt: 50 }) }),
  "Author.objects.filter(books__in=[1, 2])": () => Author.all().filter({ books__in: [1, 2] }),
  "Author.objects.exclude(books__in=[1, 2])": () => Author.all().exclude({ books__in: [1, 2] }),
  "Book.objects.filter(author__in=Author.objects.filter(age=43)[:1])": () =>
    Book.all().filter({ author__in: Author.all().filter({ age: 43 }).slice(0, 1) }),
  'Book.objects.filter(author__in=Author.objects.order_by("-age")[:2])': () =>
    Book.all().filter({ author__in: Author.all().orderBy("-age").slice(0, 2) }),
  'Book.objects.filter(pk__in=Book.objects.order_by("-pages", "pk")[1:3])': () =>
    Book.all().filter({ pk__in: Book.all().orderBy("-pages", "pk").slice(1, 3) }),
  "Book.objects.filter(author=None)": () => Book.all().filter({ author: null }),
  "Book.objects.exclude(author=None)": () => Book.all().exclude({ author: null }),
  "Book.objects.filter(author__id=1)": () => Book.all().filter({ author__id: 1 }),
  "Book.objects.filter(author__pk__in=[1, 2])": () => Book.all().filter({ author__pk__in: [1, 2] }),
  "Book.objects.filter(author__isnull=True)": () => Book.all().filter({ author__isnull: true }),
  "Book.objects.filter(author__isnull=False)": () => Book.all().filter({ author__isnull: false }),
  "Book.objects.filter(author__mentor__isnull=True)": () => Book.all().filter({ author__mentor__isnull: true }),
  "Book.objects.filter(author__mentor__name__isnull=True)": () =>
    Book.all().filter({ author__mentor__name__isnull: true }),
  "Book.objects.exclude(author__mentor__isnull=True)": () => Book.all().exclude({ author__mentor__isnull: true }),
  'Book.objects.exclude(author__mentor__name="Django")': () => Book.all().exclude({ author__mentor__name: "Django" }),
  'Book.objects.filter(author__mentor__name="Django")': () => Book.all().filter({ author__mentor__name: "Django" }),
  "Book.objects.filter(tags__isnull=False)": () => Book.all().filter({ tags__isnull: false }),
  "Book.objects.exclude(tags__isnull=False)": () => Book.all().exclude({ tags__isnull: false }),
  "Book.objects.filter(tags__parent=None)": () => Book.all().filter({ tags__parent: null }),
  "Book.objects.filter(reviews__text__isnull=True)": () => Book.all().filter({ reviews__text__isnull: true }),
  "Book.objects.exclude(reviews__text__isnull=True)": () => Book.all().exclude({ reviews__text__isnull: true }),
  "Author.objects.filter(profile__isnull=True)": () => Author.all().filter({ profile__isnull: true }),
  "Author.objects.filter(profile=None)": () => Author.all().filter({ profile: null }),
  "Author.objects.exclude(profile=None)": () => Author.all().exclude({ profile: null }),
  "Author.objects.filter(profile__bio__isnull=True)": () => Author.all().filter({ profile__bio__isnull: true }),
  "Author.objects.exclude(profile__bio__isnull=True)": () => Author.all().exclude({ profile__bio__isnull: true }),
  "Author.objects.exclude(profile__score=10)": () => Author.all().exclude({ profile__score: 10 }),
  "Author.objects.filter(profile__score__gt=-5)": () => Author.all().filter({ profile__score__gt: -5 }),
  "Author.objects.filter(mentor__mentor__mentor__isnull=False)": () =>
    Author.all().filter({ mentor__mentor__mentor__isnull: false }),
  "Author.objects.filter(pupils__isnull=True)": () => Author.all().filter({ pupils__isnull: true }),
  'Author.objects.exclude(pupils__pupils__name="Élise")': () => Author.all().exclude({ pupils__pupils__name: "Élise" }),
  'Author.objects.exclude(mentor__pupils__name="django")': () =>
    Author.all().exclude({ mentor__pupils__name: "django" }),
  'Author.objects.filter(friends__name="Django")': () => Author.all().filter({ friends__name: "Django" }),
  'Author.objects.exclude(friends__name="Django")': () => Author.all().exclude({ friends__name: "Django" }),
  'Author.objects.exclude(friends__friends__name="django")': () =>
    Author.all().exclude({ friends__friends__name: "django" }),
  'Author.objects.filter(edited__title="Nuages")': () => Author.all().filter({ edited__title: "Nuages" }),
  'Author.objects.exclude(edited__title="Nuages")': () => Author.all().exclude({ edited__title: "Nuages" }),
  'Author.objects.filter(credits__role="editor").filter(credits__share=10)': () =>
    Author.all().filter({ credits__role: "editor" }).filter({ credits__share: 10 }),
  'Author.objects.exclude(credits__role="editor").exclude(credits__share=10)': () =>
    Author.all().exclude({ credits__role: "editor" }).exclude({ credits__share: 10 }),
  'Author.objects.filter(credits__role="editor", edited__title="nuages")': () =>
    Author.all().filter({ credits__role: "editor", edited__title: "nuages" }),
  'Book.objects.filter(tags__name="jazz").filter(tags__name="swing")': () =>
    Book.all().filter({ tags__name: "jazz" }).filter({ tags__name: "swing" }),
  'Book.objects.filter(tags__name__in=["jazz", "swing"])': () =>
    Book.all().filter({ tags__name__in: ["jazz", "swing"] }),
  'Book.objects.filter(tags__name__in=["jazz", "swing"]).distinct().count()': () =>
    Book.all()
      .filter({ tags__name__in: ["jazz", "swing"] })
      .distinct()
      .count(),
  'Book.objects.filter(tags__name__in=["jazz", "swing"]).count()': () =>
    Book.all()
      .filter({ tags__name__in: ["jazz", "swing"] })
      .count(),
  'Book.objects.exclude(tags__name="jazz").exclude(tags__name="rock")': () =>
    Book.all().exclude({ tags__name: "jazz" }).exclude({ tags__name: "rock" }),
  'Book.objects.exclude(Q(tags__name="jazz") | Q(reviews__stars=3))': () =>
    Book.all().exclude(Q({ tags__name: "jazz" }).or(Q({ reviews__stars: 3 }))),
  'Book.objects.filter(~(Q(tags__name="jazz") | Q(pages=100)))': () =>
    Book.all().filter(
      Q({ tags__name: "jazz" })
        .or(Q({ pages: 100 }))
        .not(),
    ),
  'Book.objects.filter(~Q(tags__name="jazz") & ~Q(tags__name="rock"))': () =>
    Book.all().filter(
      Q({ tags__name: "jazz" })
        .not()
        .and(Q({ tags__name: "rock" }).not()),
    ),
  'Book.objects.filter(~Q(~Q(tags__name="jazz") & Q(pages=100)))': () =>
    Book.all().filter(
      Q({ tags__name: "jazz" })
        .not()
        .and(Q({ pages: 100 }))
        .not(),
    ),
  'Book.objects.filter(Q(tags__name="jazz") ^ Q(pages=100))': () =>
    Book.all().filter(Q({ tags__name: "jazz" }).xor(Q({ pages: 100 }))),
  'Book.objects.filter(~(Q(subtitle="") ^ Q(pages=300)))': () =>
    Book.all().filter(
      Q({ subtitle: "" })
        .xor(Q({ pages: 300 }))
        .not(),
    ),
  "Book.objects.exclude(Q(rating__gt=3) ^ Q(pages=300))": () =>
    Book.all().exclude(Q({ rating__gt: 3 }).xor(Q({ pages: 300 }))),
  'Book.objects.filter(Q(author__age=43) ^ Q(publisher__country="fr"))': () =>
    Book.all().filter(Q({ author__age: 43 }).xor(Q({ publisher__country: "fr" }))),
  'Book.objects.filter(Q(author__name="Django") | Q(title="Lonely"))': () =>
    Book.all().filter(Q({ author__name: "Django" }).or(Q({ title: "Lonely" }))),
  'Book.objects.filter(Q(author__name="Django") | Q(publisher__country=None))': () =>
    Book.all().filter(Q({ author__name: "Django" }).or(Q({ publisher__country: null }))),
  'Book.objects.filter(Q(tags__name="swing") | Q(author__nick=None))': () =>
    Book.all().filter(Q({ tags__name: "swing" }).or(Q({ author__nick: null }))),
  'Book.objects.filter(Q(author__mentor__name="Django") | Q(author=None))': () =>
    Book.all().filter(Q({ author__mentor__name: "Django" }).or(Q({ author: null }))),
  "Book.objects.exclude(~Q(author__nick=None))": () => Book.all().exclude(Q({ author__nick: null }).not()),
  "Book.objects.exclude(Q())": () => Book.all().exclude(Q({})),
  "Book.objects.filter(Q())": () => Book.all().filter(Q({})),
  "Book.objects.filter(~Q())": () => Book.all().filter(Q({}).not()),
  "Book.objects.filter(Q() | Q(pages=7))": () => Book.all().filter(Q({}).or(Q({ pages: 7 }))),
  'Book.objects.exclude(pages=F("pages"))': () => Book.all().exclude({ pages: F("pages") }),
  'Book.objects.exclude(rating=F("pages"))': () => Book.all().exclude({ rating: F("pages") }),
  'Book.objects.filter(rating__lt=F("pages"))': () => Book.all().filter({ rating__lt: F("pages") }),
  'Book.objects.exclude(rating__lt=F("pages"))': () => Book.all().exclude({ rating__lt: F("pages") }),
  'Book.objects.exclude(subtitle=F("author__nick"))': () => Book.all().exclude({ subtitle: F("author__nick") }),
  'Book.objects.filter(subtitle=F("author__nick"))': () => Book.all().filter({ subtitle: F("author__nick") }),
  'Book.objects.exclude(pages__gt=F("reviews__stars"))': () => Book.all().exclude({ pages__gt: F("reviews__stars") }),
  'Book.objects.exclude(reviews__by=F("author"))': () => Book.all().exclude({ reviews__by: F("author") }),
  'Book.objects.filter(reviews__by=F("author"))': () => Book.all().filter({ reviews__by: F("author") }),
  'Book.objects.filter(author=F("reviews__by"))': () => Book.all().filter({ author: F("reviews__by") }),
  'Book.objects.exclude(author=F("reviews__by"))': () => Book.all().exclude({ author: F("reviews__by") }),
  'Author.objects.filter(name__iexact=F("nick"))': () => Author.all().filter({ name__iexact: F("nick") }),
  'Author.objects.filter(nick__endswith=F("nick"))': () => Author.all().filter({ nick__endswith: F("nick") }),
  'Author.objects.exclude(mentor=F("id"))': () => Author.all().exclude({ mentor: F("id") }),
  'Author.objects.filter(mentor=F("id"))': () => Author.all().filter({ mentor: F("id") }),
  "Author.objects.exclude(books__reviews__stars=5)": () => Author.all().exclude({ books__reviews__stars: 5 }),
  "Author.objects.filter(books__reviews__stars=5)": () => Author.all().filter({ books__reviews__stars: 5 }),
  "Author.objects.filter(books__reviews__stars=5).count()": () =>
    Author.all().filter({ books__reviews__stars: 5 }).count(),
  "Author.objects.exclude(books__tags__isnull=True)": () => Author.all().exclude({ books__tags__isnull: true }),
  "Author.objects.exclude(books__tags__isnull=False)": () => Author.all().exclude({ books__tags__isnull: false }),
  "Author.objects.filter(books__tags__isnull=True)": () => Author.all().filter({ books__tags__isnull: true }),
  "Author.objects.filter(books__publisher__isnull=True)": () => Author.all().filter({ books__publisher__isnull: true }),
  "Author.objects.exclude(books__publisher__isnull=True)": () =>
    Author.all().exclude({ books__publisher__isnull: true }),
  "Author.objects.exclude(books__publisher=None)": () => Author.all().exclude({ books__publisher: null }),
  "Author.objects.exclude(books=None)": () => Author.all().exclude({ books: null }),
  "Author.objects.filter(books=None)": () => Author.all().filter({ books: null }),
  "Author.objects.filter(books__pages__gt=50).filter(books__sold=True)": () =>
    Author.all().filter({ books__pages__gt: 50 }).filter({ books__sold: true }),
  "Author.objects.filter(books__pages__gt=50).exclude(books__sold=True)": () =>
    Author.all().filter({ books__pages__gt: 50 }).exclude({ books__sold: true }),
  "Author.objects.exclude(books__pages__gt=50).filter(books__sold=True)": () =>
    Author.all().exclude({ books__pages__gt: 50 }).filter({ books__sold: true }),
  'Tag.objects.exclude(parent__parent__name="jazz")': () => Tag.all().exclude({ parent__parent__name: "jazz" }),
  "Tag.objects.filter(Q(books__isnull=True) | Q(parent=None))": () =>
    Tag.all().filter(Q({ books__isnull: true }).or(Q({ parent: null }))),
  "Store.objects.filter(bigstore__floors=3)": () => Store.all().filter({ bigstore__floors: 3 }),
  "Store.objects.exclude(bigstore__floors=3)": () => Store.all().exclude({ bigstore__floors: 3 }),
  'Store.objects.filter(bigstore__manager__name="Zoé")': () => Store.all().filter({ bigstore__manager__name: "Zoé" }),
  'Store.objects.exclude(bigstore__manager__name="Zoé")': () => Store.all().exclude({ bigstore__manager__name: "Zoé" }),
  'Bigstore.objects.filter(name__startswith="T")': () => Bigstore.all().filter({ name__startswith: "T" }),
  "Bigstore.objects.filter(owner=None)": () => Bigstore.all().filter({ owner: null }),
  "Bigstore.objects.filter(pk=4)": () => Bigstore.all().filter({ pk: 4 }),
  'Bigstore.objects.filter(floors=3, owner__age=43).order_by("-name")': () =>
    Bigstore.all().filter({ floors: 3, owner__age: 43 }).orderBy("-name"),
  'Bigstore.objects.annotate(n=Count("books")).order_by("id")': () =>
    Bigstore.all()
      .annotate({ n: Count("books") })
      .orderBy("id"),
  'Bigstore.objects.values("floors").annotate(n=Count("id")).order_by("floors")': () =>
    Bigstore.all()
      .values("floors")
      .annotate({ n: Count("id") })
      .orderBy("floors"),
  "Author.objects.filter(manages__floors=3)": () => Author.all().filter({ manages__floors: 3 }),
  "Author.objects.exclude(manages__floors=3)": () => Author.all().exclude({ manages__floors: 3 }),
  'Author.objects.exclude(stores__name="Corner")': () => Author.all().exclude({ stores__name: "Corner" }),
  "Author.objects.filter(stores__bigstore__floors=3)": () => Author.all().filter({ stores__bigstore__floors: 3 }),
  'Author.objects.filter(manages__name="Plaza")': () => Author.all().filter({ manages__name: "Plaza" }),
  'Author.objects.exclude(manages__name="Plaza")': () => Author.all().exclude({ manages__name: "Plaza" }),
  "Book.objects.filter(out__month=6)": () => Book.all().filter({ out__month: 6 }),
  "Book.objects.filter(out__month__gte=6)": () => Book.all().filter({ out__month__gte: 6 }),
  "Book.objects.filter(day__month=6)": () => Book.all().filter({ day__month: 6 }),
  "Author.objects.filter(born__day__gt=31)": () => Author.all().filter({ born__day__gt: 31 }),
  "Book.objects.exclude(out__week=1)": () => Book.all().exclude({ out__week: 1 }),
  'tz("Europe/Paris", lambda: Book.objects.filter(out__week=1))': () =>
    inTimeZone("Europe/Paris", () => Book.all().filter({ out__week: 1 })),
  'tz("America/New_York", lambda: Book.objects.filter(out__week__lt=1))': () =>
    inTimeZone("America/New_York", () => Book.all().filter({ out__week__lt: 1 })),
  "Book.objects.filter(day__week=1)": () => Book.all().filter({ day__week: 1 }),
  'tz("Europe/Paris", lambda: Book.objects.filter(out__iso_week_day=2))': () =>
    inTimeZone("Europe/Paris", () => Book.all().filter({ out__iso_week_day: 2 })),
  "Author.objects.filter(born__iso_week_day__gt=2)": () => Author.all().filter({ born__iso_week_day__gt: 2 }),
  "Book.objects.filter(day__quarter=1)": () => Book.all().filter({ day__quarter: 1 }),
  "Author.objects.filter(born__quarter__gt=1)": () => Author.all().filter({ born__quarter__gt: 1 }),
  "Author.objects.filter(born__iso_year__gt=2025)": () => Author.all().filter({ born__iso_year__gt: 2025 }),
  "Book.objects.filter(out__minute=30)": () => Book.all().filter({ out__minute: 30 }),
  "Book.objects.filter(out__minute__gte=30)": () => Book.all().filter({ out__minute__gte: 30 }),
  "Book.objects.exclude(out__second=0)": () => Book.all().exclude({ out__second: 0 }),
  "Book.objects.filter(out__second__in=[0])": () => Book.all().filter({ out__second__in: [0] }),
  'tz("America/New_York", lambda: Book.objects.filter(out__second__lt=0))': () =>
    inTimeZone("America/New_York", () => Book.all().filter({ out__second__lt: 0 })),
  "Book.objects.filter(out__date__gt=date(2025,1,1))": () => Book.all().filter({ out__date__gt: "2025-01-01" }),
  'Book.objects.filter(out__date=F("day"))': () => Book.all().filter({ out__date: F("day") }),
  "Book.objects.filter(out__time__lt=time(1,0))": () => Book.all().filter({ out__time__lt: "01:00:00" }),
  "Book.objects.filter(out__year__range=(2020,2024))": () => Book.all().filter({ out__year__range: [2020, 2024] }),
  "Book.objects.filter(out__year__in=[2020,2024])": () => Book.all().filter({ out__year__in: [2020, 2024] }),
  'Book.objects.filter(out__year=F("day__year"))': () => Book.all().filter({ out__year: F("day__year") }),
  'tz("Europe/Paris", lambda: Book.objects.filter(out__date=date(2025,1,1)))': () =>
    inTimeZone("Europe/Paris", () => Book.all().filter({ out__date: "2025-01-01" })),
  'tz("America/New_York", lambda: Book.objects.values("pk", d=TruncDate("out"), h=ExtractHour("out")).order_by("pk"))':
    () =>
      inTimeZone("America/New_York", () =>
        Book.all()
          .values("pk", { d: TruncDate("out"), h: ExtractHour("out") })
          .orderBy("pk"),
      ),
  'tz("Europe/Paris", lambda: Book.objects.datetimes("out", "day"))': () =>
    inTimeZone("Europe/Paris", () => Book.all().datetimes("out", "day")),
  'Book.objects.dates("day", "year")': () => Book.all().dates("day", "year"),
  'Book.objects.dates("day", "month")': () => Book.all().dates("day", "month"),
  'Book.objects.dates("day", "week")': () => Book.all().dates("day", "week"),
  'Book.objects.dates("day", "day", order="DESC")': () => Book.all().dates("day", "day", { order: "desc" }),
  'Book.objects.datetimes("out", "week")': () => Book.all().datetimes("out", "week"),
  'Book.objects.datetimes("out", "hour")': () => Book.all().datetimes("out", "hour"),
  'Book.objects.datetimes("out", "day", tzinfo=ZoneInfo("America/New_York"))': () =>
    Book.all().datetimes("out", "day", { timeZone: "America/New_York" }),
  'Book.objects.filter(pages=100).dates("day", "year")': () => Book.all().filter({ pages: 100 }).dates("day", "year"),
  'Author.objects.dates("born", "year")': () => Author.all().dates("born", "year"),
  'Author.objects.dates("books__day", "year")': () => Author.all().dates("books__day", "year"),
  'Book.objects.dates("day", "year").count()': () => Book.all().dates("day", "year").count(),
  'Book.objects.annotate(y=TruncYear("out")).values("y").annotate(n=Count("pk")).order_by("y")': () =>
    Book.all()
      .annotate({ y: TruncYear("out") })
      .values("y")
      .annotate({ n: Count("pk") })
      .orderBy("y"),
  'Book.objects.annotate(y=TruncYear("out", tzinfo=ZoneInfo("Europe/Paris"))).values("y").annotate(n=Count("pk")).order_by("y")':
    () =>
      Book.all()
        .annotate({ y: TruncYear("out", { timeZone: "Europe/Paris" }) })
        .values("y")
        .annotate({ n: Count("pk") })
        .orderBy("y"),
  'Book.objects.annotate(y=TruncMonth("day")).values("y").annotate(n=Count("pk")).order_by("y")': () =>
    Book.all()
      .annotate({ y: TruncMonth("day") })
      .values("y")
      .annotate({ n: Count("pk") })
      .orderBy("y"),
  'Book.objects.annotate(y=ExtractYear("out")).values("y").annotate(n=Count("pk")).order_by("-y")': () =>
    Book.all()
      .annotate({ y: ExtractYear("out") })
      .values("y")
      .annotate({ n: Count("pk") })
      .orderBy("-y"),
  'Book.objects.values("out__year").annotate(n=Count("pk")).order_by("out__year")': () =>
    Book.all()
      .values("out__year")
      .annotate({ n: Count("pk") })
      .orderBy("out__year"),
  'Book.objects.values_list("out__year", "out__month", "day__week_day").order_by("pk")': () =>
    Book.all().valuesList("out__year", "out__month", "day__week_day").orderBy("pk"),
  'Book.objects.values("pk", a=ExtractWeek("out"), b=ExtractWeekDay("out"), c=ExtractIsoWeekDay("out"), d=ExtractIsoYear("out"), e=ExtractQuarter("out"), f=ExtractSecond("out"), g=ExtractMinute("out")).order_by("pk")':
    () =>
      Book.all()
        .values("pk", {
          a: ExtractWeek("out"),
          b: ExtractWeekDay("out"),
          c: ExtractIsoWeekDay("out"),
          d: ExtractIsoYear("out"),
          e: ExtractQuarter("out"),
          f: ExtractSecond("out"),
          g: ExtractMinute("out"),
        })
        .orderBy("pk"),
  'Book.objects.annotate(later=ExpressionWrapper(F("out") + timedelta(days=1), output_field=DateTimeField())).values("pk", "later").order_by("pk")':
    () =>
      Book.all()
        .annotate({ later: F("out").plusMs(86400000) })
        .values("pk", "later")
        .orderBy("pk"),
  'Book.objects.filter(out__gt=ExpressionWrapper(F("out") - timedelta(hours=1), output_field=DateTimeField()))': () =>
    Book.all().filter({ out__gt: F("out").plusMs(-3600000) }),
  "Book.objects.filter(data__a=None)": () => Book.all().filter({ data__a: null }),
  "Book.objects.exclude(data__a=None)": () => Book.all().exclude({ data__a: null }),
  "Book.objects.filter(data__a__isnull=True)": () => Book.all().filter({ data__a__isnull: true }),
  "Book.objects.exclude(data__a__isnull=True)": () => Book.all().exclude({ data__a__isnull: true }),
  "Book.objects.filter(data__isnull=True)": () => Book.all().filter({ data__isnull: true }),
  'Book.objects.filter(data__b__c="x")': () => Book.all().filter({ data__b__c: "x" }),
  'Book.objects.exclude(data__b__c="x")': () => Book.all().exclude({ data__b__c: "x" }),
  'Book.objects.filter(data__b={"c": "x"})': () => Book.all().filter({ data__b: { c: "x" } }),
  "Book.objects.filter(data__b=[])": () => Book.all().filter({ data__b: [] }),
  'Book.objects.filter(data__t__0="p")': () => Book.all().filter({ data__t__0: "p" }),
  "Book.objects.filter(data__0=1)": () => Book.all().filter({ data__0: 1 }),
  "Book.objects.filter(data__3__k=True)": () => Book.all().filter({ data__3__k: true }),
  'Book.objects.filter(data__t=["p", "q"])': () => Book.all().filter({ data__t: ["p", "q"] }),
  'Book.objects.filter(data__a__in=[1, "1"])': () => Book.all().filter({ data__a__in: [1, "1"] }),
  "Book.objects.filter(data__a__lt=5)": () => Book.all().filter({ data__a__lt: 5 }),
  'Book.objects.filter(data__b__c__startswith="x")': () => Book.all().filter({ data__b__c__startswith: "x" }),
  'Book.objects.filter(data__b__c__icontains="X")': () => Book.all().filter({ data__b__c__icontains: "X" }),
  'Book.objects.filter(data__b__c__iexact="X")': () => Book.all().filter({ data__b__c__iexact: "X" }),
  'Book.objects.filter(data__b__has_key="c")': () => Book.all().filter({ data__b__has_key: "c" }),
  'Author.objects.exclude(books__data__has_key="a")': () => Author.all().exclude({ books__data__has_key: "a" }),
  'Book.objects.values_list("data__t", flat=True).order_by("pk")': () =>
    Book.all().valuesList("data__t", { flat: true }).orderBy("pk"),
  'Book.objects.annotate(a=F("data__b__c")).filter(a="x")': () =>
    Book.all()
      .annotate({ a: F("data__b__c") })
      .filter({ a: "x" }),
  'Book.objects.values("pk", "data").order_by("pk")': () => Book.all().values("pk", "data").orderBy("pk"),
  'Author.objects.annotate(n=Count("books"))': () => Author.all().annotate({ n: Count("books") }),
  'Author.objects.annotate(n=Count("books"), m=Count("reviews"))': () =>
    Author.all().annotate({ n: Count("books"), m: Count("reviews") }),
  'Author.objects.annotate(n=Sum("books__pages"), m=Count("credits"))': () =>
    Author.all().annotate({ n: Sum("books__pages"), m: Count("credits") }),
  'Author.objects.annotate(n=Count("books")).filter(n=0)': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .filter({ n: 0 }),
  'Author.objects.annotate(n=Count("books")).filter(Q(n__gt=1) | Q(name="Zoé"))': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .filter(Q({ n__gt: 1 }).or(Q({ name: "Zoé" }))),
  'Author.objects.annotate(n=Count("books")).filter(~Q(n__gt=1) | Q(age=43))': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .filter(
        Q({ n__gt: 1 })
          .not()
          .or(Q({ age: 43 })),
      ),
  'Author.objects.annotate(n=Count("books")).filter(n__gt=0).exists()': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .filter({ n__gt: 0 })
      .exists(),
  'Author.objects.filter(books__sold=True).annotate(n=Count("books"))': () =>
    Author.all()
      .filter({ books__sold: true })
      .annotate({ n: Count("books") }),
  'Author.objects.annotate(n=Count("books")).filter(books__sold=True)': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .filter({ books__sold: true }),
  'Author.objects.annotate(n=Count("books")).exclude(books__sold=True)': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .exclude({ books__sold: true }),
  'Author.objects.exclude(books__sold=True).annotate(n=Count("books"))': () =>
    Author.all()
      .exclude({ books__sold: true })
      .annotate({ n: Count("books") }),
  'Author.objects.annotate(n=Count("books"), m=Count("books", filter=Q(books__sold=True)))': () =>
    Author.all().annotate({ n: Count("books"), m: Count("books", { filter: Q({ books__sold: true }) }) }),
  'Author.objects.annotate(m=Count("books", filter=~Q(books__sold=True)))': () =>
    Author.all().annotate({ m: Count("books", { filter: Q({ books__sold: true }).not() }) }),
  'Author.objects.annotate(m=Count("books", filter=Q(books__tags__name="jazz"), distinct=True))': () =>
    Author.all().annotate({ m: Count("books", { distinct: true, filter: Q({ books__tags__name: "jazz" }) }) }),
  'Author.objects.annotate(m=Sum("books__price", default=D("0")))': () =>
    Author.all().annotate({ m: Sum("books__price", { default: "0" }) }),
  'Author.objects.annotate(n=Count("books__tags"))': () => Author.all().annotate({ n: Count("books__tags") }),
  'Author.objects.annotate(n=Count("books__tags", distinct=True))': () =>
    Author.all().annotate({ n: Count("books__tags", { distinct: true }) }),
  'Author.objects.annotate(n=Count("friends"))': () => Author.all().annotate({ n: Count("friends") }),
  'Author.objects.annotate(n=Count("friends__friends"))': () => Author.all().annotate({ n: Count("friends__friends") }),
  'Author.objects.annotate(n=Count("profile"), s=Sum("profile__score"))': () =>
    Author.all().annotate({ n: Count("profile"), s: Sum("profile__score") }),
  'Author.objects.annotate(n=Count("*"))': () => Author.all().annotate({ n: Count("*") }),
  'Author.objects.annotate(n=Count("books")).order_by("-n", "pk")': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .orderBy("-n", "pk"),
  'Author.objects.annotate(n=Count("books")).values("n")': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .values("n"),
  'Author.objects.annotate(n=Count("books")).values("age").annotate(m=Count("pk")).order_by("age")': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .values("age")
      .annotate({ m: Count("pk") })
      .orderBy("age"),
  'Author.objects.values("age").annotate(n=Count("pk"))': () =>
    Author.all()
      .values("age")
      .annotate({ n: Count("pk") }),
  'Author.objects.values("age").annotate(n=Count("pk")).order_by("age")': () =>
    Author.all()
      .values("age")
      .annotate({ n: Count("pk") })
      .orderBy("age"),
  'Author.objects.values("age").annotate(n=Count("pk")).order_by("-n", "age")': () =>
    Author.all()
      .values("age")
      .annotate({ n: Count("pk") })
      .orderBy("-n", "age"),
  'Author.objects.values("age").annotate(n=Count("pk")).filter(n__gt=1)': () =>
    Author.all()
      .values("age")
      .annotate({ n: Count("pk") })
      .filter({ n__gt: 1 }),
  'Author.objects.values("age").annotate(n=Count("pk")).count()': () =>
    Author.all()
      .values("age")
      .annotate({ n: Count("pk") })
      .count(),
  'Author.objects.values("age", "active").annotate(n=Count("pk"), m=Max("height")).order_by("age", "active")': () =>
    Author.all()
      .values("age", "active")
      .annotate({ n: Count("pk"), m: Max("height") })
      .orderBy("age", "active"),
  'Author.objects.values("mentor").annotate(n=Count("pk")).order_by("mentor")': () =>
    Author.all()
      .values("mentor")
      .annotate({ n: Count("pk") })
      .orderBy("mentor"),
  'Author.objects.values("mentor__name").annotate(n=Count("pk")).order_by("mentor__name")': () =>
    Author.all()
      .values("mentor__name")
      .annotate({ n: Count("pk") })
      .orderBy("mentor__name"),
  'Author.objects.values("mentor__mentor").annotate(n=Count("pk"))': () =>
    Author.all()
      .values("mentor__mentor")
      .annotate({ n: Count("pk") }),
  'Author.objects.values_list("age", flat=True).distinct().order_by("age")': () =>
    Author.all().valuesList("age", { flat: true }).distinct().orderBy("age"),
  'Author.objects.values("age").distinct()': () => Author.all().values("age").distinct(),
  'Author.objects.values("age").distinct().count()': () => Author.all().values("age").distinct().count(),
  'Author.objects.values("age").order_by().distinct()': () => Author.all().values("age").orderBy().distinct(),
  'Book.objects.values("author").annotate(n=Count("pk")).order_by("author")': () =>
    Book.all()
      .values("author")
      .annotate({ n: Count("pk") })
      .orderBy("author"),
  'Book.objects.values("sold", "kind").annotate(n=Count("reviews")).order_by("sold", "kind")': () =>
    Book.all()
      .values("sold", "kind")
      .annotate({ n: Count("reviews") })
      .orderBy("sold", "kind"),
  'Book.objects.values("kind").annotate(n=Count("kind"), m=Count("*")).order_by("kind")': () =>
    Book.all()
      .values("kind")
      .annotate({ n: Count("kind"), m: Count("*") })
      .orderBy("kind"),
  'Book.objects.values("kind").annotate(p=Avg("pages")).filter(p__gt=50).order_by("kind")': () =>
    Book.all()
      .values("kind")
      .annotate({ p: Avg("pages") })
      .filter({ p__gt: 50 })
      .orderBy("kind"),
  'Book.objects.filter(tags__name="jazz").values("author").annotate(n=Count("pk")).order_by("author")': () =>
    Book.all()
      .filter({ tags__name: "jazz" })
      .values("author")
      .annotate({ n: Count("pk") })
      .orderBy("author"),
  'Book.objects.values("author").annotate(n=Count("pk")).filter(tags__name="jazz").order_by("author")': () =>
    Book.all()
      .values("author")
      .annotate({ n: Count("pk") })
      .filter({ tags__name: "jazz" })
      .orderBy("author"),
  'Book.objects.values("author").annotate(n=Count("pk")).values("n").order_by("author")': () =>
    Book.all()
      .values("author")
      .annotate({ n: Count("pk") })
      .values("n")
      .orderBy("author"),
  'Book.objects.values("author").annotate(n=Count("pk")).aggregate(m=Max("n"))': () =>
    Book.all()
      .values("author")
      .annotate({ n: Count("pk") })
      .aggregate({ m: Max("n") }),
  'Book.objects.annotate(l=Length("title")).values("l").annotate(n=Count("pk")).order_by("l")': () =>
    Book.all()
      .annotate({ l: Length("title") })
      .values("l")
      .annotate({ n: Count("pk") })
      .orderBy("l"),
  'Book.objects.annotate(n=Count("tags")).aggregate(s=Sum("n"), a=Avg("n"))': () =>
    Book.all()
      .annotate({ n: Count("tags") })
      .aggregate({ s: Sum("n"), a: Avg("n") }),
  'Book.objects.annotate(n=Count("tags")).filter(n__gt=1).aggregate(s=Sum("n"), p=Sum("pages"))': () =>
    Book.all()
      .annotate({ n: Count("tags") })
      .filter({ n__gt: 1 })
      .aggregate({ s: Sum("n"), p: Sum("pages") }),
  'Book.objects.aggregate(n=Count("pk"), p=Sum("pages"), a=Avg("price"), m=Max("title"))': () =>
    Book.all().aggregate({ n: Count("pk"), p: Sum("pages"), a: Avg("price"), m: Max("title") }),
  'Book.objects.aggregate(a=Sum(F("price") * F("pages")))': () =>
    Book.all().aggregate({ a: Sum(F("price").times(F("pages"))) }),
  'Book.objects.aggregate(a=Sum("pages") - Sum("pages", filter=Q(sold=True)))': () =>
    Book.all().aggregate({ a: Sum("pages").minus(Sum("pages", { filter: Q({ sold: true }) })) }),
  'Book.objects.aggregate(a=Count("author", distinct=True), b=Count("author"), c=Count("author__mentor", distinct=True))':
    () =>
      Book.all().aggregate({
        a: Count("author", { distinct: true }),
        b: Count("author"),
        c: Count("author__mentor", { distinct: true }),
      }),
  'Book.objects.aggregate(a=Count("pk", filter=Q(tags__name="jazz")))': () =>
    Book.all().aggregate({ a: Count("pk", { filter: Q({ tags__name: "jazz" }) }) }),
  'Book.objects.aggregate(a=Coalesce(Sum("pages", filter=Q(pk=0)), 5))': () =>
    Book.all().aggregate({ a: Coalesce(Sum("pages", { filter: Q({ pk: 0 }) }), 5) }),
  "Book.objects.none().exists()": () => Book.all().none().exists(),
  'Book.objects.order_by("pk")[:3].aggregate(s=Sum("pages"), n=Count("pk"))': () =>
    Book.all()
      .orderBy("pk")
      .slice(0, 3)
      .aggregate({ s: Sum("pages"), n: Count("pk") }),
  'Book.objects.order_by("-pages", "pk")[1:4].aggregate(s=Sum("pages"), n=Count("tags"))': () =>
    Book.all()
      .orderBy("-pages", "pk")
      .slice(1, 4)
      .aggregate({ s: Sum("pages"), n: Count("tags") }),
  'Book.objects.order_by("pk")[2:4].count()': () => Book.all().orderBy("pk").slice(2, 4).count(),
  "Book.objects.all()[2:2].count()": () => Book.all().all().slice(2, 2).count(),
  'Book.objects.order_by("pk")[6:].exists()': () => Book.all().orderBy("pk").slice(6).exists(),
  'Book.objects.filter(tags__parent=None).distinct().aggregate(s=Sum("pages"), n=Count("pk"))': () =>
    Book.all()
      .filter({ tags__parent: null })
      .distinct()
      .aggregate({ s: Sum("pages"), n: Count("pk") }),
  'Book.objects.filter(tags__isnull=False).aggregate(s=Sum("pages"), n=Count("pk"), d=Count("pk", distinct=True))':
    () =>
      Book.all()
        .filter({ tags__isnull: false })
        .aggregate({ s: Sum("pages"), n: Count("pk"), d: Count("pk", { distinct: true }) }),
  'Author.objects.annotate(a=Avg("books__pages")).aggregate(m=Max("a"))': () =>
    Author.all()
      .annotate({ a: Avg("books__pages") })
      .aggregate({ m: Max("a") }),
  'Author.objects.annotate(n=Count("books")).annotate(m=F("n") + 1).filter(m__gt=2)': () =>
    Author.all()
      .annotate({ n: Count("books") })
      .annotate({ m: F("n").plus(1) })
      .filter({ m__gt: 2 }),
  'Author.objects.alias(n=Count("books")).filter(n__gt=1)': () =>
    Author.all()
      .alias({ n: Count("books") })
      .filter({ n__gt: 1 }),
  'Author.objects.alias(n=Count("books")).annotate(m=F("n") + 1)': () =>
    Author.all()
      .alias({ n: Count("books") })
      .annotate({ m: F("n").plus(1) }),
  'Author.objects.alias(n=Count("books")).order_by("-n", "pk")': () =>
    Author.all()
      .alias({ n: Count("books") })
      .orderBy("-n", "pk"),
  'Author.objects.annotate(p=Sum("books__pages")).exclude(p=100)': () =>
    Author.all()
      .annotate({ p: Sum("books__pages") })
      .exclude({ p: 100 }),
  'Author.objects.annotate(p=Sum("books__pages")).exclude(p__gt=100)': () =>
    Author.all()
      .annotate({ p: Sum("books__pages") })
      .exclude({ p__gt: 100 }),
  'Author.objects.annotate(p=Max("books__title")).filter(p__icontains="s")': () =>
    Author.all()
      .annotate({ p: Max("books__title") })
      .filter({ p__icontains: "s" }),
  'Author.objects.annotate(a=F("books__title")).filter(books__sold=True)': () =>
    Author.all()
      .annotate({ a: F("books__title") })
      .filter({ books__sold: true }),
  'Author.objects.annotate(a=F("books__title")).filter(a="Nuages")': () =>
    Author.all()
      .annotate({ a: F("books__title") })
      .filter({ a: "Nuages" }),
  'Author.objects.annotate(a=F("books__title")).exclude(a="Nuages")': () =>
    Author.all()
      .annotate({ a: F("books__title") })
      .exclude({ a: "Nuages" }),
  'Author.objects.annotate(a=F("books")).values("pk", "a").order_by("pk", "a")': () =>
    Author.all()
      .annotate({ a: F("books") })
      .values("pk", "a")
      .orderBy("pk", "a"),
  'Author.objects.annotate(a=F("mentor__name")).filter(a__isnull=True)': () =>
    Author.all()
      .annotate({ a: F("mentor__name") })
      .filter({ a__isnull: true }),
  'Author.objects.annotate(a=F("mentor__name")).count()': () =>
    Author.all()
      .annotate({ a: F("mentor__name") })
      .count(),
  'Author.objects.annotate(a=F("books__title")).count()': () =>
    Author.all()
      .annotate({ a: F("books__title") })
      .count(),
  'Author.objects.annotate(a=Upper("name")).count()': () =>
    Author.all()
      .annotate({ a: Upper("name") })
      .count(),
  'Author.objects.annotate(a=F("age")).filter(a=43)': () =>
    Author.all()
      .annotate({ a: F("age") })
      .filter({ a: 43 }),
  'Author.objects.values_list("pk", F("age") + 1).order_by("pk")': () =>
    Author.all().valuesList("pk", F("age").plus(1)).orderBy("pk"),
  'Author.objects.values_list("pk", "name", named=True).order_by("pk")': () =>
    Author.all().valuesList("pk", "name", { named: true }).orderBy("pk"),
  'Author.objects.values("name").annotate(n=Count("books")).order_by("name", "n")': () =>
    Author.all()
      .values("name")
      .annotate({ n: Count("books") })
      .orderBy("name", "n"),
  'Author.objects.values("name", "books").order_by("pk", "books")': () =>
    Author.all().values("name", "books").orderBy("pk", "books"),
  'Author.objects.values("name", "books__title", "books__tags__name").order_by("pk", "books__pk", "books__tags__pk")':
    () =>
      Author.all().values("name", "books__title", "books__tags__name").orderBy("pk", "books__pk", "books__tags__pk"),
  'Author.objects.values("profile", "profile__bio").order_by("pk")': () =>
    Author.all().values("profile", "profile__bio").orderBy("pk"),
  'Author.objects.values("friends").order_by("pk", "friends__pk")': () =>
    Author.all().values("friends").orderBy("pk", "friends__pk"),
  'Publisher.objects.annotate(p=Sum("books__price")).order_by("p", "pk")': () =>
    Publisher.all()
      .annotate({ p: Sum("books__price") })
      .orderBy("p", "pk"),
  'Publisher.objects.annotate(p=Sum("books__price")).order_by(F("p").desc(nulls_last=True), "pk")': () =>
    Publisher.all()
      .annotate({ p: Sum("books__price") })
      .orderBy(F("p").desc({ nulls: "last" }), "pk"),
  'Publisher.objects.annotate(p=Sum("books__price")).order_by(F("p").asc(nulls_first=True), "pk")': () =>
    Publisher.all()
      .annotate({ p: Sum("books__price") })
      .orderBy(F("p").asc({ nulls: "first" }), "pk"),
  'Publisher.objects.annotate(r=Avg("books__reviews__stars")).filter(r__gte=3)': () =>
    Publisher.all()
      .annotate({ r: Avg("books__reviews__stars") })
      .filter({ r__gte: 3 }),
  'Publisher.objects.annotate(r=Avg(F("books__price") * F("books__pages"))).order_by("pk")': () =>
    Publisher.all()
      .annotate({ r: Avg(F("books__price").times(F("books__pages"))) })
      .orderBy("pk"),
  'Publisher.objects.annotate(r=Sum("books__price") / Count("books")).order_by("pk")': () =>
    Publisher.all()
      .annotate({ r: Sum("books__price").dividedBy(Count("books")) })
      .orderBy("pk"),
  'Publisher.objects.annotate(n=Count("books", filter=Q(books__tags=None)))': () =>
    Publisher.all().annotate({ n: Count("books", { filter: Q({ books__tags: null }) }) }),
  'Publisher.objects.annotate(n=Count("books", filter=Q(books__pages__gt=F("founded"))))': () =>
    Publisher.all().annotate({ n: Count("books", { filter: Q({ books__pages__gt: F("founded") }) }) }),
  "Publisher.objects.annotate(n=Count(Case(When(books__sold=True, then=1))))": () =>
    Publisher.all().annotate({ n: Count(Case([When({ books__sold: true }, 1)])) }),
  'Publisher.objects.annotate(n=Count("books")).annotate(avg=Avg("books__pages")).order_by("pk")': () =>
    Publisher.all()
      .annotate({ n: Count("books") })
      .annotate({ avg: Avg("books__pages") })
      .orderBy("pk"),
  'Publisher.objects.annotate(n=Count("books")).filter(books__author__name="Django").annotate(m=Count("books__tags")).order_by("pk")':
    () =>
      Publisher.all()
        .annotate({ n: Count("books") })
        .filter({ books__author__name: "Django" })
        .annotate({ m: Count("books__tags") })
        .orderBy("pk"),
  'Tag.objects.annotate(n=Count("books"), m=Count("children")).order_by("pk")': () =>
    Tag.all()
      .annotate({ n: Count("books"), m: Count("children") })
      .orderBy("pk"),
  'Tag.objects.annotate(n=Count("books__stores", distinct=True)).order_by("-n", "pk")': () =>
    Tag.all()
      .annotate({ n: Count("books__stores", { distinct: true }) })
      .orderBy("-n", "pk"),
  'Tag.objects.values("parent__name").annotate(n=Count("books")).order_by("parent__name")': () =>
    Tag.all()
      .values("parent__name")
      .annotate({ n: Count("books") })
      .orderBy("parent__name"),
  'Review.objects.values("stars").annotate(n=Count("pk"))': () =>
    Review.all()
      .values("stars")
      .annotate({ n: Count("pk") }),
  'Review.objects.values("by").annotate(n=Count("pk"))': () =>
    Review.all()
      .values("by")
      .annotate({ n: Count("pk") }),
  'Review.objects.values("by").distinct()': () => Review.all().values("by").distinct(),
  'Review.objects.values("by").order_by("by").distinct()': () => Review.all().values("by").orderBy("by").distinct(),
  "Review.objects.distinct().count()": () => Review.all().distinct().count(),
  'Review.objects.annotate(n=Count("book__reviews")).order_by("pk")': () =>
    Review.all()
      .annotate({ n: Count("book__reviews") })
      .orderBy("pk"),
  'Author.objects.annotate(k=Case(When(age__gt=50, then=Value("old")), When(age__gt=0, then=Value("mid")), default=Value("none"))).values("pk", "k").order_by("pk")':
    () =>
      Author.all()
        .annotate({
          k: Case([When({ age__gt: 50 }, Value("old")), When({ age__gt: 0 }, Value("mid"))], {
            otherwise: Value("none"),
          }),
        })
        .values("pk", "k")
        .orderBy("pk"),
  'Author.objects.annotate(k=Case(When(age__gt=50, then=Value("old")))).values("pk", "k").order_by("pk")': () =>
    Author.all()
      .annotate({ k: Case([When({ age__gt: 50 }, Value("old"))]) })
      .values("pk", "k")
      .orderBy("pk"),
  'Author.objects.annotate(k=Case(When(Q(age=None) | Q(nick=None), then="name"), default="nick")).values("pk", "k").order_by("pk")':
    () =>
      Author.all()
        .annotate({ k: Case([When(Q({ age: null }).or(Q({ nick: null })), "name")], { otherwise: "nick" }) })
        .values("pk", "k")
        .orderBy("pk"),
  'Author.objects.annotate(k=Case(When(mentor__name="Django", then=F("mentor__age")), default=F("age"))).values("pk", "k").order_by("pk")':
    () =>
      Author.all()
        .annotate({ k: Case([When({ mentor__name: "Django" }, F("mentor__age"))], { otherwise: F("age") }) })
        .values("pk", "k")
        .orderBy("pk"),
  "Author.objects.filter(Case(When(age=43, then=Value(True)), default=Value(False)))": () =>
    Author.all().filter(Case([When({ age: 43 }, Value(true))], { otherwise: Value(false) })),
  'Author.objects.annotate(k=Case(When(~Q(books__isnull=True), then=1), default=0)).order_by("pk", "k")': () =>
    Author.all()
      .annotate({ k: Case([When(Q({ books__isnull: true }).not(), 1)], { otherwise: 0 }) })
      .orderBy("pk", "k"),
  'Author.objects.annotate(k=Case(When(pk__in=[], then=1), default=0)).values("pk", "k").order_by("pk")': () =>
    Author.all()
      .annotate({ k: Case([When({ pk__in: [] }, 1)], { otherwise: 0 }) })
      .values("pk", "k")
      .orderBy("pk"),
  'Author.objects.annotate(k=Case(When(Exists(Book.objects.filter(author=OuterRef("pk"))), then=1), default=0)).values("pk", "k").order_by("pk")':
    () =>
      Author.all()
        .annotate({ k: Case([When(Exists(Book.all().filter({ author: OuterRef("pk") })), 1)], { otherwise: 0 }) })
        .values("pk", "k")
        .orderBy("pk"),
  'Author.objects.values(k=Case(When(age__gt=40, then=Value("a")), default=Value("b"))).annotate(n=Count("pk")).order_by("k")':
    () =>
      Author.all()
        .values({ k: Case([When({ age__gt: 40 }, Value("a"))], { otherwise: Value("b") }) })
        .annotate({ n: Count("pk") })
        .orderBy("k"),
  'Author.objects.annotate(k=Exists(Book.objects.filter(author=OuterRef("pk"), sold=True))).values("pk", "k").order_by("pk")':
    () =>
      Author.all()
        .annotate({ k: Exists(Book.all().filter({ author: OuterRef("pk"), sold: true })) })
        .values("pk", "k")
        .orderBy("pk"),
  'Author.objects.filter(Exists(Book.objects.filter(author=OuterRef("pk"))) | Q(name="Zoé"))': () =>
    Author.all().filter(Q(Exists(Book.all().filter({ author: OuterRef("pk") }))).or(Q({ name: "Zoé" }))),
  'Author.objects.filter(Q(name="Zoé") | ~Exists(Book.objects.filter(author=OuterRef("pk"))))': () =>
    Author.all().filter(Q({ name: "Zoé" }).or(Q(Exists(Book.all().filter({ author: OuterRef("pk") })).not()))),
  "Author.objects.filter(Exists(Book.objects.none()))": () => Author.all().filter(Exists(Book.all().none())),
  "Author.objects.filter(~Exists(Book.objects.none()))": () => Author.all().filter(Exists(Book.all().none()).not()),
  'Author.objects.annotate(k=Exists(Book.objects.none())).values("pk", "k").order_by("pk")': () =>
    Author.all()
      .annotate({ k: Exists(Book.all().none()) })
      .values("pk", "k")
      .orderBy("pk"),
  'Author.objects.filter(Exists(Book.objects.filter(author=OuterRef("pk")).filter(Exists(Review.objects.filter(book=OuterRef("pk"), by=OuterRef(OuterRef("pk")))))))':
    () =>
      Author.all().filter(
        Exists(
          Book.all()
            .filter({ author: OuterRef("pk") })
            .filter(Exists(Review.all().filter({ book: OuterRef("pk"), by: OuterRef(OuterRef("pk")) }))),
        ),
      ),
  'Author.objects.filter(Exists(Author.objects.exclude(books__title=OuterRef("name")).filter(pk=OuterRef("pk"))))':
    () =>
      Author.all().filter(
        Exists(
          Author.all()
            .exclude({ books__title: OuterRef("name") })
            .filter({ pk: OuterRef("pk") }),
        ),
      ),
  'Author.objects.annotate(t=Subquery(Book.objects.filter(author=OuterRef("pk")).order_by().values("author").annotate(s=Count("pk")).values("s"))).filter(t__gt=1)':
    () =>
      Author.all()
        .annotate({
          t: Subquery(
            Book.all()
              .filter({ author: OuterRef("pk") })
              .orderBy()
              .values("author")
              .annotate({ s: Count("pk") })
              .values("s"),
          ),
        })
        .filter({ t__gt: 1 }),
  'Author.objects.annotate(t=Coalesce(Subquery(Book.objects.filter(author=OuterRef("pk")).order_by().values("author").annotate(s=Count("pk")).values("s")), 0)).order_by("-t", "pk").values("pk", "t")':
    () =>
      Author.all()
        .annotate({
          t: Coalesce(
            Subquery(
              Book.all()
                .filter({ author: OuterRef("pk") })
                .orderBy()
                .values("author")
                .annotate({ s: Count("pk") })
                .values("s"),
            ),
            0,
          ),
        })
        .orderBy("-t", "pk")
        .values("pk", "t"),
  'Author.objects.annotate(t=Subquery(Profile.objects.filter(author=OuterRef("pk")).values("score"))).exclude(t=10)':
    () =>
      Author.all()
        .annotate({
          t: Subquery(
            Profile.all()
              .filter({ author: OuterRef("pk") })
              .values("score"),
          ),
        })
        .exclude({ t: 10 }),
  'Author.objects.annotate(t=Subquery(Profile.objects.filter(author=OuterRef("pk")).values("score"))).filter(t__isnull=True)':
    () =>
      Author.all()
        .annotate({
          t: Subquery(
            Profile.all()
              .filter({ author: OuterRef("pk") })
              .values("score"),
          ),
        })
        .filter({ t__isnull: true }),
  'Author.objects.annotate(t=Subquery(Profile.objects.filter(author=OuterRef("pk")).values("score"))).values("t").annotate(n=Count("pk")).order_by("t")':
    () =>
      Author.all()
        .annotate({
          t: Subquery(
            Profile.all()
              .filter({ author: OuterRef("pk") })
              .values("score"),
          ),
        })
        .values("t")
        .annotate({ n: Count("pk") })
        .orderBy("t"),
  'Author.objects.filter(pk__in=Subquery(Book.objects.filter(sold=True).values("author")))': () =>
    Author.all().filter({ pk__in: Subquery(Book.all().filter({ sold: true }).values("author")) }),
  'Author.objects.annotate(t=Subquery(Book.objects.filter(author__mentor=OuterRef("pk")).order_by("pk").values("author__name")[:1])).values("pk", "t").order_by("pk")':
    () =>
      Author.all()
        .annotate({
          t: Subquery(
            Book.all()
              .filter({ author__mentor: OuterRef("pk") })
              .orderBy("pk")
              .values("author__name")
              .slice(0, 1),
          ),
        })
        .values("pk", "t")
        .orderBy("pk"),
  'Author.objects.annotate(t=Subquery(Book.objects.filter(author=OuterRef("pk")).annotate(n=Count("tags")).order_by("-n", "pk").values("n")[:1])).values("pk", "t").order_by("pk")':
    () =>
      Author.all()
        .annotate({
          t: Subquery(
            Book.all()
              .filter({ author: OuterRef("pk") })
              .annotate({ n: Count("tags") })
              .orderBy("-n", "pk")
              .values("n")
              .slice(0, 1),
          ),
        })
        .values("pk", "t")
        .orderBy("pk"),
  'Book.objects.annotate(b=Subquery(Review.objects.filter(book=OuterRef("pk")).order_by("-stars", "pk").values("by__name")[:1])).values("pk", "b").order_by("pk")':
    () =>
      Book.all()
        .annotate({
          b: Subquery(
            Review.all()
              .filter({ book: OuterRef("pk") })
              .orderBy("-stars", "pk")
              .values("by__name")
              .slice(0, 1),
          ),
        })
        .values("pk", "b")
        .orderBy("pk"),
  'Book.objects.filter(reviews__stars=Subquery(Review.objects.filter(book=OuterRef("pk")).order_by("-stars").values("stars")[:1]))':
    () =>
      Book.all().filter({
        reviews__stars: Subquery(
          Review.all()
            .filter({ book: OuterRef("pk") })
            .orderBy("-stars")
            .values("stars")
            .slice(0, 1),
        ),
      }),
  'Book.objects.annotate(m=Max("reviews__stars")).filter(reviews__stars=F("m")).order_by("pk")': () =>
    Book.all()
      .annotate({ m: Max("reviews__stars") })
      .filter({ reviews__stars: F("m") })
      .orderBy("pk"),
  'Book.objects.annotate(c=F("pages") + 1, d=F("pages") * 2, e=F("pages") / 7, f=F("pages") % 7, g=-F("pages"), h=F("pages") - 3).values("c", "d", "e", "f", "g", "h").order_by("pk")':
    () =>
      Book.all()
        .annotate({
          c: F("pages").plus(1),
          d: F("pages").times(2),
          e: F("pages").dividedBy(7),
          f: F("pages").modulo(7),
          g: F("pages").negated(),
          h: F("pages").minus(3),
        })
        .values("c", "d", "e", "f", "g", "h")
        .orderBy("pk"),
  'Book.objects.annotate(c=F("rating") / 2, d=F("rating") * F("pages"), e=F("price") * 2, f=F("price") + F("pages"), g=F("price") / 3).values("c", "d", "e", "f", "g").order_by("pk")':
    () =>
      Book.all()
        .annotate({
          c: F("rating").dividedBy(2),
          d: F("rating").times(F("pages")),
          e: F("price").times(2),
          f: F("price").plus(F("pages")),
          g: F("price").dividedBy(3),
        })
        .values("c", "d", "e", "f", "g")
        .orderBy("pk"),
  'Book.objects.annotate(c=F("pages") ** 2).values("c").order_by("pk")': () =>
    Book.all()
      .annotate({ c: F("pages").power(2) })
      .values("c")
      .orderBy("pk"),
  'Book.objects.filter(price__gt=F("pages") / 10)': () => Book.all().filter({ price__gt: F("pages").dividedBy(10) }),
  'Book.objects.filter(pages__lt=F("price") + 100)': () => Book.all().filter({ pages__lt: F("price").plus(100) }),
  'Book.objects.annotate(c=Coalesce("author__nick", "author__name", Value("?"))).values("pk", "c").order_by("pk")':
    () =>
      Book.all()
        .annotate({ c: Coalesce("author__nick", "author__name", Value("?")) })
        .values("pk", "c")
        .orderBy("pk"),
  'Book.objects.annotate(c=Greatest("pages", Value(50)), d=Least("pages", Value(50))).values("pk", "c", "d").order_by("pk")':
    () =>
      Book.all()
        .annotate({ c: Greatest("pages", Value(50)), d: Least("pages", Value(50)) })
        .values("pk", "c", "d")
        .orderBy("pk"),
  'Book.objects.values("pk", a=Lower("title"), b=Upper("title"), c=Length("title"), d=Left("title", 3), e=Right("title", 3), f=Substr("title", 2, 3), g=Reverse("title")).order_by("pk")':
    () =>
      Book.all()
        .values("pk", {
          a: Lower("title"),
          b: Upper("title"),
          c: Length("title"),
          d: Left("title", 3),
          e: Right("title", 3),
          f: Substr("title", 2, 3),
          g: Reverse("title"),
        })
        .orderBy("pk"),
  'Book.objects.filter(pages__gt=0).values("pk", a=Sqrt("pages"), b=Ln("pages"), c=Exp("rating"), d=Log(10, "pages")).order_by("pk")':
    () =>
      Book.all()
        .filter({ pages__gt: 0 })
        .values("pk", { a: Sqrt("pages"), b: Ln("pages"), c: Exp("rating"), d: Log(10, "pages") })
        .orderBy("pk"),
  'Book.objects.values("pk", a=Cast("pages", CharField()), b=Cast("pages", FloatField()), c=Cast("rating", IntegerField()), d=Cast("sold", IntegerField()), e=Cast("out", DateField())).order_by("pk")':
    () =>
      Book.all()
        .values("pk", {
          a: Cast("pages", "text"),
          b: Cast("pages", "float"),
          c: Cast("rating", "integer"),
          d: Cast("sold", "integer"),
          e: Cast("out", "date"),
        })
        .orderBy("pk"),
  'Book.objects.filter(GreaterThan(F("pages"), F("rating")))': () =>
    Book.all().filter(GreaterThan(F("pages"), F("rating"))),
  'Book.objects.annotate(k=GreaterThan(F("pages"), 50)).values("pk", "k").order_by("pk")': () =>
    Book.all()
      .annotate({ k: GreaterThan(F("pages"), 50) })
      .values("pk", "k")
      .orderBy("pk"),
  'Book.objects.annotate(k=Q(rating__gt=3) & Q(sold=True)).values("pk", "k").order_by("pk")': () =>
    Book.all()
      .annotate({ k: Q({ rating__gt: 3 }).and(Q({ sold: true })) })
      .values("pk", "k")
      .orderBy("pk"),
  'Book.objects.annotate(k=~Q(subtitle="swing")).values("pk", "k").order_by("pk")': () =>
    Book.all()
      .annotate({ k: Q({ subtitle: "swing" }).not() })
      .values("pk", "k")
      .orderBy("pk"),
  'Book.objects.annotate(k=Q(author__age=43) | Q(publisher=None)).values("pk", "k").order_by("pk")': () =>
    Book.all()
      .annotate({ k: Q({ author__age: 43 }).or(Q({ publisher: null })) })
      .values("pk", "k")
      .orderBy("pk"),
  "Book.objects.annotate(k=Q(author__isnull=True)).filter(k=True)": () =>
    Book.all()
      .annotate({ k: Q({ author__isnull: true }) })
      .filter({ k: true }),
  'Book.objects.order_by(F("rating").desc(nulls_last=True), "pk")': () =>
    Book.all().orderBy(F("rating").desc({ nulls: "last" }), "pk"),
  'Book.objects.order_by(F("author__age").asc(nulls_last=True), "-pk")': () =>
    Book.all().orderBy(F("author__age").asc({ nulls: "last" }), "-pk"),
  'Book.objects.order_by(Lower("title"), "-pk")': () => Book.all().orderBy(Lower("title"), "-pk"),
  'Book.objects.order_by(Coalesce("subtitle", "title"), "pk")': () =>
    Book.all().orderBy(Coalesce("subtitle", "title"), "pk"),
  'Book.objects.order_by("author", "pk")': () => Book.all().orderBy("author", "pk"),
  'Book.objects.order_by("-author", "pk")': () => Book.all().orderBy("-author", "pk"),
  'Book.objects.filter(author__isnull=False).order_by("author", "pk")': () =>
    Book.all().filter({ author__isnull: false }).orderBy("author", "pk"),
  'Book.objects.filter(author__isnull=False).order_by("-author__pk", "pk")': () =>
    Book.all().filter({ author__isnull: false }).orderBy("-author__pk", "pk"),
  'Book.objects.filter(author__mentor__isnull=False).order_by("author__mentor", "pk")': () =>
    Book.all().filter({ author__mentor__isnull: false }).orderBy("author__mentor", "pk"),
  'Review.objects.order_by("book__author", "pk")': () => Review.all().orderBy("book__author", "pk"),
  "Author.objects.all()": () => Author.all().all(),
  'Book.objects.annotate(r=Window(RowNumber(), order_by=["pages", "pk"])).values("pk", "r").order_by("pk")': () =>
    Book.all()
      .annotate({ r: Window(RowNumber(), { orderBy: ["pages", "pk"] }) })
      .values("pk", "r")
      .orderBy("pk"),
  'Book.objects.annotate(r=Window(expression=Rank(), order_by="pages")).values("pk", "r").order_by("pk")': () =>
    Book.all()
      .annotate({ r: Window(Rank(), { orderBy: "pages" }) })
      .values("pk", "r")
      .orderBy("pk"),
  'Book.objects.annotate(r=Window(PercentRank(), order_by="pages"), s=Window(CumeDist(), order_by="pages"), t=Window(Ntile(3), order_by="pk")).values("pk", "r", "s", "t").order_by("pk")':
    () =>
      Book.all()
        .annotate({
          r: Window(PercentRank(), { orderBy: "pages" }),
          s: Window(CumeDist(), { orderBy: "pages" }),
          t: Window(Ntile(3), { orderBy: "pk" }),
        })
        .values("pk", "r", "s", "t")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Sum("pages"), partition_by="sold")).values("pk", "r").order_by("pk")': () =>
    Book.all()
      .annotate({ r: Window(Sum("pages"), { partitionBy: "sold" }) })
      .values("pk", "r")
      .orderBy("pk"),
  'Book.objects.annotate(r=Window(Sum("price"), order_by="pk", frame=RowRange(start=-1, end=1))).values("pk", "r").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Sum("price"), { orderBy: "pk", frame: RowRange(-1, 1) }) })
        .values("pk", "r")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Avg("pages"), order_by="pk", frame=RowRange(start=None, end=0))).values("pk", "r").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Avg("pages"), { orderBy: "pk", frame: RowRange(null, 0) }) })
        .values("pk", "r")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Count("pk"), order_by="pages", frame=ValueRange(start=None, end=0))).values("pk", "r").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Count("pk"), { orderBy: "pages", frame: ValueRange(null, 0) }) })
        .values("pk", "r")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Sum("pages"), order_by="pk", frame=RowRange(start=0, end=None))).values("pk", "r").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Sum("pages"), { orderBy: "pk", frame: RowRange(0, null) }) })
        .values("pk", "r")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Sum("pages"), order_by="pk", frame=RowRange(start=1, end=2))).values("pk", "r").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Sum("pages"), { orderBy: "pk", frame: RowRange(1, 2) }) })
        .values("pk", "r")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Sum("pages"), order_by="pk", frame=RowRange(start=-2, end=-1))).values("pk", "r").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Sum("pages"), { orderBy: "pk", frame: RowRange(-2, -1) }) })
        .values("pk", "r")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Sum("pages"), order_by="pages", frame=ValueRange(start=None, end=None))).values("pk", "r").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Sum("pages"), { orderBy: "pages", frame: ValueRange(null, null) }) })
        .values("pk", "r")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Sum("pages"), order_by="pk", frame=RowRange(start=-1, end=1, exclusion=WindowFrameExclusion.CURRENT_ROW))).values("pk", "r").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Sum("pages"), { orderBy: "pk", frame: RowRange(-1, 1, { exclude: "currentRow" }) }) })
        .values("pk", "r")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Lag("title"), order_by="pk"), s=Window(Lead("title", 2), order_by="pk")).values("pk", "r", "s").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Lag("title"), { orderBy: "pk" }), s: Window(Lead("title", 2), { orderBy: "pk" }) })
        .values("pk", "r", "s")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Max("rating"), partition_by=["sold", "kind"])).values("pk", "r").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(Max("rating"), { partitionBy: ["sold", "kind"] }) })
        .values("pk", "r")
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(Count("tags"), partition_by="pk")).values("pk", "r").order_by("pk")': () =>
    Book.all()
      .annotate({ r: Window(Count("tags"), { partitionBy: "pk" }) })
      .values("pk", "r")
      .orderBy("pk"),
  'Book.objects.annotate(r=Window(RowNumber(), partition_by="sold", order_by=["-pages", "pk"])).filter(r=1)': () =>
    Book.all()
      .annotate({ r: Window(RowNumber(), { partitionBy: "sold", orderBy: ["-pages", "pk"] }) })
      .filter({ r: 1 }),
  'Book.objects.annotate(r=Window(RowNumber(), partition_by="sold", order_by=["-pages", "pk"])).filter(r=1).count()':
    () =>
      Book.all()
        .annotate({ r: Window(RowNumber(), { partitionBy: "sold", orderBy: ["-pages", "pk"] }) })
        .filter({ r: 1 })
        .count(),
  'Book.objects.annotate(r=Window(RowNumber(), partition_by="sold", order_by=["-pages", "pk"])).filter(r__lte=2, pages__gt=50).order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(RowNumber(), { partitionBy: "sold", orderBy: ["-pages", "pk"] }) })
        .filter({ r__lte: 2, pages__gt: 50 })
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(RowNumber(), partition_by="sold", order_by=["-pages", "pk"])).exclude(r=1).order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(RowNumber(), { partitionBy: "sold", orderBy: ["-pages", "pk"] }) })
        .exclude({ r: 1 })
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(RowNumber(), order_by=["-pages", "pk"])).filter(Q(r=1) | Q(pages=100)).order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(RowNumber(), { orderBy: ["-pages", "pk"] }) })
        .filter(Q({ r: 1 }).or(Q({ pages: 100 })))
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(RowNumber(), order_by=["-pages", "pk"])).filter(~Q(r=1) & Q(pages=300)).order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(RowNumber(), { orderBy: ["-pages", "pk"] }) })
        .filter(
          Q({ r: 1 })
            .not()
            .and(Q({ pages: 300 })),
        )
        .orderBy("pk"),
  'Book.objects.annotate(r=Window(RowNumber(), order_by=["-pages", "pk"])).filter(r=F("pk")).order_by("pk")': () =>
    Book.all()
      .annotate({ r: Window(RowNumber(), { orderBy: ["-pages", "pk"] }) })
      .filter({ r: F("pk") })
      .orderBy("pk"),
  'Book.objects.annotate(r=Window(RowNumber(), order_by=["-pages", "pk"])).filter(r__lt=4).values("title").order_by("r")':
    () =>
      Book.all()
        .annotate({ r: Window(RowNumber(), { orderBy: ["-pages", "pk"] }) })
        .filter({ r__lt: 4 })
        .values("title")
        .orderBy("r"),
  'Book.objects.annotate(r=Window(RowNumber(), order_by=["-pages", "pk"])).filter(r__lt=4).aggregate(s=Sum("pages"))':
    () =>
      Book.all()
        .annotate({ r: Window(RowNumber(), { orderBy: ["-pages", "pk"] }) })
        .filter({ r__lt: 4 })
        .aggregate({ s: Sum("pages") }),
  'Book.objects.annotate(r=Window(RowNumber(), order_by=["-pages", "pk"])).aggregate(s=Sum("r"))': () =>
    Book.all()
      .annotate({ r: Window(RowNumber(), { orderBy: ["-pages", "pk"] }) })
      .aggregate({ s: Sum("r") }),
  'Book.objects.annotate(r=Window(RowNumber(), order_by=["-pages", "pk"])).filter(r__lt=4).filter(tags__name="jazz").order_by("pk")':
    () =>
      Book.all()
        .annotate({ r: Window(RowNumber(), { orderBy: ["-pages", "pk"] }) })
        .filter({ r__lt: 4 })
        .filter({ tags__name: "jazz" })
        .orderBy("pk"),
  'Book.objects.annotate(d=F("pages") - Window(Avg("pages"), partition_by="sold")).values("pk", "d").order_by("pk")':
    () =>
      Book.all()
        .annotate({ d: F("pages").minus(Window(Avg("pages"), { partitionBy: "sold" })) })
        .values("pk", "d")
        .orderBy("pk"),
  'Book.objects.annotate(d=Window(Sum("pages"), partition_by="sold")).filter(d__gt=F("pages") * 2).order_by("pk")':
    () =>
      Book.all()
        .annotate({ d: Window(Sum("pages"), { partitionBy: "sold" }) })
        .filter({ d__gt: F("pages").times(2) })
        .orderBy("pk"),
  'Author.objects.annotate(n=Count("books")).annotate(r=Window(Rank(), order_by=F("n").desc())).values("pk", "n", "r").order_by("pk")':
    () =>
      Author.all()
        .annotate({ n: Count("books") })
        .annotate({ r: Window(Rank(), { orderBy: F("n").desc() }) })
        .values("pk", "n", "r")
        .orderBy("pk"),
  'Author.objects.annotate(n=Count("books")).annotate(r=Window(Rank(), order_by=F("n").desc())).filter(r=1).order_by("pk")':
    () =>
      Author.all()
        .annotate({ n: Count("books") })
        .annotate({ r: Window(Rank(), { orderBy: F("n").desc() }) })
        .filter({ r: 1 })
        .orderBy("pk"),
  'Author.objects.filter(Exists(Book.objects.filter(author=OuterRef("pk")).annotate(r=Window(RowNumber(), order_by="pk")).filter(r=2)))':
    () =>
      Author.all().filter(
        Exists(
          Book.all()
            .filter({ author: OuterRef("pk") })
            .annotate({ r: Window(RowNumber(), { orderBy: "pk" }) })
            .filter({ r: 2 }),
        ),
      ),
  'Review.objects.annotate(r=Window(RowNumber(), partition_by="book", order_by="-stars")).filter(r=1).select_related("book")':
    () =>
      Review.all()
        .annotate({ r: Window(RowNumber(), { partitionBy: "book", orderBy: "-stars" }) })
        .filter({ r: 1 })
        .selectRelated("book"),
  "Book.objects.filter(pages=100).union(Book.objects.filter(sold=True))": () =>
    Book.all()
      .filter({ pages: 100 })
      .union(Book.all().filter({ sold: true })),
  'Book.objects.filter(pages=100).union(Book.objects.filter(sold=True)).order_by("pk")': () =>
    Book.all()
      .filter({ pages: 100 })
      .union(Book.all().filter({ sold: true }))
      .orderBy("pk"),
  "Book.objects.filter(pages=100).union(Book.objects.filter(sold=True), all=True).count()": () =>
    Book.all()
      .filter({ pages: 100 })
      .unionAll(Book.all().filter({ sold: true }))
      .count(),
  "Book.objects.filter(pages=100).union(Book.objects.filter(sold=True)).exists()": () =>
    Book.all()
      .filter({ pages: 100 })
      .union(Book.all().filter({ sold: true }))
      .exists(),
  'Book.objects.values("pages").union(Book.objects.values("pages"), all=True).count()': () =>
    Book.all().values("pages").unionAll(Book.all().values("pages")).count(),
  'Book.objects.values("pages").union(Book.objects.values("pages")).count()': () =>
    Book.all().values("pages").union(Book.all().values("pages")).count(),
  "Book.objects.filter(pages=100).intersection(Book.objects.filter(sold=True))": () =>
    Book.all()
      .filter({ pages: 100 })
      .intersection(Book.all().filter({ sold: true })),
  "Book.objects.filter(sold=True).difference(Book.objects.filter(pages=100))": () =>
    Book.all()
      .filter({ sold: true })
      .difference(Book.all().filter({ pages: 100 })),
  "Book.objects.filter(sold=True).difference(Book.objects.filter(pages=100), Book.objects.filter(pages=7)).count()":
    () =>
      Book.all()
        .filter({ sold: true })
        .difference(Book.all().filter({ pages: 100 }), Book.all().filter({ pages: 7 }))
        .count(),
  "Book.objects.filter(pages=100).intersection(Book.objects.none())": () =>
    Book.all().filter({ pages: 100 }).intersection(Book.all().none()),
  "Book.objects.none().difference(Book.objects.filter(pages=100))": () =>
    Book.all()
      .none()
      .difference(Book.all().filter({ pages: 100 })),
  "Book.objects.filter(pages=100).difference(Book.objects.none())": () =>
    Book.all().filter({ pages: 100 }).difference(Book.all().none()),
  "Book.objects.filter(pk=5).union(Book.objects.filter(pk=5)).get()": () =>
    Book.all()
      .filter({ pk: 5 })
      .union(Book.all().filter({ pk: 5 }))
      .get(),
  'Book.objects.annotate(n=Count("tags")).filter(n=2).union(Book.objects.annotate(n=Count("tags")).filter(n=0)).order_by("n", "pk")':
    () =>
      Book.all()
        .annotate({ n: Count("tags") })
        .filter({ n: 2 })
        .union(
          Book.all()
            .annotate({ n: Count("tags") })
            .filter({ n: 0 }),
        )
        .orderBy("n", "pk"),
  'Author.objects.filter(pk__in=Author.objects.filter(age=43).order_by().values("pk").union(Author.objects.filter(pk=2).order_by().values("pk")))':
    () =>
      Author.all().filter({
        pk__in: Author.all()
          .filter({ age: 43 })
          .orderBy()
          .values("pk")
          .union(Author.all().filter({ pk: 2 }).orderBy().values("pk")),
      }),
  'Author.objects.filter(Exists(Book.objects.filter(author=OuterRef("pk"), sold=True).union(Book.objects.filter(author=OuterRef("pk"), pages=300))))':
    () =>
      Author.all().filter(
        Exists(
          Book.all()
            .filter({ author: OuterRef("pk"), sold: true })
            .union(Book.all().filter({ author: OuterRef("pk"), pages: 300 })),
        ),
      ),
  "Book.objects.filter(pages=100) | Book.objects.filter(sold=True)": () =>
    Book.all()
      .filter({ pages: 100 })
      .or(Book.all().filter({ sold: true })),
  "Book.objects.filter(pages=100) ^ Book.objects.filter(sold=True)": () =>
    Book.all()
      .filter({ pages: 100 })
      .xor(Book.all().filter({ sold: true })),
  'Book.objects.filter(tags__name="jazz") | Book.objects.filter(author__name="Django")': () =>
    Book.all()
      .filter({ tags__name: "jazz" })
      .or(Book.all().filter({ author__name: "Django" })),
  'Book.objects.filter(tags__name="jazz") & Book.objects.filter(tags__name="swing")': () =>
    Book.all()
      .filter({ tags__name: "jazz" })
      .and(Book.all().filter({ tags__name: "swing" })),
  'Book.objects.order_by("author__name").distinct()': () => Book.all().orderBy("author__name").distinct(),
  'Book.objects.filter(tags__parent=None).order_by("title").distinct()': () =>
    Book.all().filter({ tags__parent: null }).orderBy("title").distinct(),
  'Book.objects.filter(tags__isnull=False).distinct().order_by("-pages", "pk")[1:3]': () =>
    Book.all().filter({ tags__isnull: false }).distinct().orderBy("-pages", "pk").slice(1, 3),
  'Book.objects.values("author__name").distinct().order_by("author__name")': () =>
    Book.all().values("author__name").distinct().orderBy("author__name"),
  'Author.objects.order_by("-pk").first()': () => Author.all().orderBy("-pk").first(),
  'Author.objects.order_by("-pk").last()': () => Author.all().orderBy("-pk").last(),
  "Book.objects.first()": () => Book.all().first(),
  "Book.objects.last()": () => Book.all().last(),
  'Book.objects.filter(tags__name="jazz").first()': () => Book.all().filter({ tags__name: "jazz" }).first(),
  'Book.objects.values("sold").annotate(n=Count("pk")).order_by("sold").first()': () =>
    Book.all()
      .values("sold")
      .annotate({ n: Count("pk") })
      .orderBy("sold")
      .first(),
  'Book.objects.filter(day__isnull=False).earliest("day")': () =>
    Book.all().filter({ day__isnull: false }).earliest("day"),
  'Book.objects.filter(day__isnull=False).latest("day")': () => Book.all().filter({ day__isnull: false }).latest("day"),
  'Book.objects.filter(day__isnull=False).latest("pages", "pk")': () =>
    Book.all().filter({ day__isnull: false }).latest("pages", "pk"),
  "Review.objects.earliest()": () => Review.all().earliest(),
  'Book.objects.get(tags__name="manouche")': () => Book.all().get({ tags__name: "manouche" }),
  'Book.objects.order_by("pk")[2:3].get()': () => Book.all().orderBy("pk").slice(2, 3).get(),
  "Book.objects.exists()": () => Book.all().exists(),
  'Book.objects.order_by("pk")[:0].exists()': () => Book.all().orderBy("pk").slice(0, 0).exists(),
  'Book.objects.order_by("pk")[2:][:2]': () => Book.all().orderBy("pk").slice(2).slice(0, 2),
  'Book.objects.order_by("pk")[:5][3:9]': () => Book.all().orderBy("pk").slice(0, 5).slice(3, 9),
  'Book.objects.order_by("pk")[3:1]': () => Book.all().orderBy("pk").slice(3, 1),
  'Book.objects.order_by("pk")[:3].values("title")': () => Book.all().orderBy("pk").slice(0, 3).values("title"),
};
