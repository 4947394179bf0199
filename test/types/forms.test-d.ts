import { field, Form, type FormErrors, type ErrorList } from "hotclub/forms";
import type { UploadedFile } from "hotclub/consumers";
import { f, Model } from "hotclub/orm";
import type { Decimal } from "decimal.js";

function same<A>(): <B>(value: B & ([A] extends [B] ? ([B] extends [A] ? unknown : never) : never)) => void {
  return () => {};
}

class Room extends Model {
  title = f.char({ maxLength: 80 });
}

class AllForm extends Form {
  email = field.email();
  text = field.text({ required: false });
  age = field.integer({ min: 0 });
  weight = field.float({ required: false });
  price = field.decimal({ maxDigits: 6, decimalPlaces: 2 });
  agreed = field.boolean({ required: true });
  maybe = field.nullBoolean();
  day = field.date();
  end = field.dateTime({ required: false });
  color = field.choice({ choices: { red: "Red", blue: "Blue" } });
  stars = field.choice({
    choices: [
      [1, "bad"],
      [2, "good"],
    ],
    required: false,
  });
  grouped = field.choice({
    choices: [
      ["Audio", [["cd", "CD"]]],
      ["Video", [["vhs", "VHS"]]],
    ],
  });
  tags = field.multipleChoice({ choices: ["a", "b"] });
  year = field.typedChoice({ choices: ["1990", "2000"], coerce: Number });
  room = field.modelChoice(Room.all());
  other = field.modelChoice(Room, { required: false });
  rooms = field.modelMultipleChoice(Room.all());
  photo = field.image({ required: false });
  paper = field.file();
  kept = field.file({ initial: "a.txt" });
  settings = field.json<{ dark: boolean }>({ required: false });
  again = field.email({ clean: (again) => (again === this.email.cleaned ? again : "") });

  summary(): string {
    const { email, stars } = this.cleanedData;
    const text: string = email;
    const count: 1 | 2 | null = stars;
    // @ts-expect-error They may be missing.
    const certain: 1 | 2 = stars;
    same<string | undefined>()(this.email.cleaned);
    return `${text}${count}${certain}`;
  }

  cleanAge(age: number): number {
    return age;
  }
}

const form = new AllForm({ data: new URLSearchParams() });
const data = form.cleanedData;
same<string>()(data.email);
same<string>()(data.text);
same<number>()(data.age);
same<number | null>()(data.weight);
same<Decimal>()(data.price);
same<boolean>()(data.agreed);
same<boolean | null>()(data.maybe);
same<string>()(data.day);
same<Date | null>()(data.end);
same<"red" | "blue">()(data.color);
same<1 | 2 | null>()(data.stars);
same<"cd" | "vhs">()(data.grouped);
same<("a" | "b")[]>()(data.tags);
same<number>()(data.year);
same<Room>()(data.room);
same<Room | null>()(data.other);
same<Room[]>()(data.rooms);
same<UploadedFile | null>()(data.photo);
same<UploadedFile>()(data.paper);
same<UploadedFile | "a.txt">()(data.kept);
same<{ dark: boolean } | null>()(data.settings);
same<ErrorList | undefined>()(form.errors.email);
form.age.addError("Nobody is that old.");

// @ts-expect-error There is no such field.
void data.nothing;
// @ts-expect-error Nor can there be errors of it.
void form.errors.nothing;
// @ts-expect-error What the form itself has is no value.
void data.isBound;
// @ts-expect-error A number may be missing.
const certain: number = data.weight;
// @ts-expect-error The initial value is a number.
field.integer({ initial: "3" });
// @ts-expect-error A validator of numbers takes numbers.
field.integer({ validators: [(value: string) => value] });
// @ts-expect-error Choices are needed.
field.choice({ required: false });
// @ts-expect-error No field of forms has such an option.
field.char({ maxlength: 3 });
// @ts-expect-error The initial choice is one of them.
field.choice({ choices: ["a", "b"], initial: "c" });

const errors: FormErrors<AllForm> = form.errors;
void [certain, errors];
