import { field, Form, modelForm } from "hotclub/forms";
import { f, Model } from "hotclub/orm";
import { CreateView, DetailView, FormView, getOr404, ListView, Paginator } from "hotclub/views";

class Room extends Model {
  title = f.char({ maxLength: 40 });
}
class Tag extends Model {
  name = f.char({ maxLength: 40 });
}
class ContactForm extends Form {
  email = field.email();
}

export class Rooms extends ListView<Room> {
  model = Room;
  override paginateBy = 20;
  override queryset() {
    return Room.filter({ title__startswith: "a" });
  }
}
export class WrongRows extends ListView<Room> {
  model = Room;
  // @ts-expect-error These are rows of another model.
  override queryset() {
    return Tag.all();
  }
}
export class WrongModel extends DetailView<Room> {
  // @ts-expect-error The view is of rooms.
  model = Tag;
}
export class NewRoom extends CreateView<Room> {
  model = Room;
  override fields = ["title"] as const;
}
export class WrongField extends CreateView<Room> {
  model = Room;
  // @ts-expect-error Rooms have no such field.
  override fields = ["titel"] as const;
}
export class WrongForm extends CreateView<Room> {
  model = Room;
  // @ts-expect-error A form of tags makes no rooms.
  override formClass = modelForm(Tag, { fields: ["name"] });
}
export class Contact extends FormView<ContactForm> {
  formClass = ContactForm;
  override async formValid(form: ContactForm) {
    const email: string = form.cleanedData.email;
    void email;
    return super.formValid(form);
  }
}

const room: Room = await getOr404(Room, { title: "a" });
// @ts-expect-error Rooms have no such field.
void getOr404(Room, { titel: "a" });
const page = await new Paginator(Room.all(), 10).page("2");
const items: readonly Room[] = page.items;
void [room, items];
