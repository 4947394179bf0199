import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createApplication, http, HttpConsumer, UploadedFile } from "hotclub/consumers";
import {
  field,
  Form,
  FormInvalid,
  FormNotChecked,
  FormNotValid,
  formTemplates,
  invalid,
  widget,
  type FormOptions,
} from "hotclub/forms";
import { TemplateEngine } from "hotclub/templates";
import { TestClient } from "hotclub/testing";
import { describe, expect, it } from "vitest";

class ContactForm extends Form {
  email = field.email({ help: "We answer here." });
  subject = field.char({ maxLength: 10, required: false });
  stars = field.choice({
    choices: [
      [1, "Bad"],
      [2, "Good"],
    ],
    required: false,
  });
  copy = field.boolean({ label: "Send me a copy" });

  override clean(): void {
    if (this.subject.cleaned === "spam") this.subject.addError("No spam, please.", { code: "spam" });
    if (this.copy.cleaned === true && this.subject.cleaned === "") this.addError("A copy needs a subject.");
  }

  cleanEmail(email: string): string {
    if (email.endsWith("@spam.example")) throw invalid("We do not write there.", { code: "refused" });
    return email.toLowerCase();
  }
}

const html = async (form: Form): Promise<string> => (await form.render()).toString();

describe("a form", () => {
  it("gives the values of its fields, as their types", async () => {
    const form = new ContactForm({
      data: new URLSearchParams("email=%20Ada@Example.org&subject=Hi&stars=2&copy=on"),
    });
    expect(await form.isValid()).toBe(true);
    expect(form.cleanedData).toEqual({ email: "ada@example.org", subject: "Hi", stars: 2, copy: true });
  });

  it("says what is wrong at each field, with codes", async () => {
    const form = new ContactForm({ data: { email: "nobody", subject: "much too long", stars: "7" } });
    expect(await form.isValid()).toBe(false);
    expect(JSON.parse(JSON.stringify(form.errors))).toEqual({
      email: [{ code: "invalid", message: expect.stringContaining("e-mail"), params: { value: "nobody" } }],
      subject: [
        {
          code: "max_length",
          message: "Use at most 10 characters (this has 13).",
          params: { limit: 10, length: 13 },
        },
      ],
      stars: [{ code: "invalid_choice", message: expect.any(String), params: { value: "7" } }],
    });
  });

  it("asks its own checks: of one field, and of all", async () => {
    const refused = new ContactForm({ data: { email: "a@spam.example", subject: "spam" } });
    expect(await refused.isValid()).toBe(false);
    expect(refused.email.errors.has("refused")).toBe(true);
    expect(refused.subject.errors.messages).toEqual(["No spam, please."]);
    const whole = new ContactForm({ data: { email: "a@example.org", copy: "1" } });
    expect(await whole.isValid()).toBe(false);
    expect(whole.nonFieldErrors.messages).toEqual(["A copy needs a subject."]);
    expect(Object.keys(whole.errors)).toEqual([""]);
  });

  it("tells of no values and errors before it is checked, and of no values when it is not valid", async () => {
    const form = new ContactForm({ data: { email: "x" } });
    expect(() => form.errors).toThrow(FormNotChecked);
    expect(() => form.cleanedData).toThrow(FormNotChecked);
    await form.isValid();
    expect(() => form.cleanedData).toThrow(FormNotValid);
    expect(() => new ContactForm().cleanedData).toThrow(FormNotValid);
    expect(await new ContactForm().isValid()).toBe(false);
  });

  it.each(["clean", "cleanEmail"])("refuses to wait for itself in %s, and shows what it knows there", async (hook) => {
    let html = "";
    class Waiting extends ContactForm {
      override cleanEmail(email: string): string {
        return email;
      }
    }
    const waiting = new Waiting({ data: { email: "ada@example.com", subject: "shown" } });
    Object.assign(waiting, {
      [hook]: async () => {
        await Promise.resolve();
        html = (await waiting.render()).toString();
        return waiting.isValid();
      },
    });
    await expect(waiting.isValid()).rejects.toThrow(/Waiting awaits isValid\(\) in a clean of its own/);
    await expect(waiting.isValid()).rejects.toBeInstanceOf(FormInvalid);
    expect(html).toContain('value="shown"');
    const two = new ContactForm({ data: { email: "ada@example.com", subject: "" } });
    expect(await Promise.all([two.isValid(), two.isValid()])).toEqual([true, true]);
  });

  it("may ask another form while it is checked", async () => {
    const inner = new ContactForm({ data: { email: "nobody", subject: "" } });
    class Outer extends Form {
      name = field.char();
      override async clean(): Promise<void> {
        if (!(await inner.isValid())) this.name.addError("The other form is wrong.");
      }
    }
    const outer = new Outer({ data: { name: "x" } });
    expect(await outer.isValid()).toBe(false);
    expect(outer.name.errors.messages).toEqual(["The other form is wrong."]);
  });

  it("refuses a check of a field that it has not", async () => {
    class Wrong extends Form {
      email = field.email();
      cleanEmial(email: string): string {
        return email;
      }
    }
    await expect(new Wrong({ data: {} }).isValid()).rejects.toThrow(FormInvalid);
  });

  it("keeps what nobody may change, whatever is sent", async () => {
    class Fixed extends Form {
      owner = field.char({ initial: "ada", disabled: true });
    }
    const form = new Fixed({ data: { owner: "eve" } });
    expect(await form.isValid()).toBe(true);
    expect(form.cleanedData.owner).toBe("ada");
    expect(await form.hasChanged()).toBe(false);
    expect(await html(form)).toContain(' value="ada" id="id_owner" disabled');
  });

  it("knows what was changed", async () => {
    const initial = { email: "a@example.org", stars: 2, copy: true };
    const same = new ContactForm({ initial, data: { email: "a@example.org ", stars: "2", copy: "on" } });
    expect(await same.changedFields()).toEqual([]);
    const other = new ContactForm({ initial, data: { email: "a@example.org", subject: "Hi", stars: "1" } });
    expect(await other.changedFields()).toEqual(["subject", "stars", "copy"]);
  });

  it("can stand twice on one page, by a prefix", async () => {
    const form = new ContactForm({ prefix: "two", data: { "two-email": "a@example.org", email: "b@example.org" } });
    expect(await form.isValid()).toBe(true);
    expect(form.cleanedData.email).toBe("a@example.org");
    expect(form.email.htmlName).toBe("two-email");
    expect(form.email.id).toBe("id_two-email");
  });

  it("asks validators that look elsewhere, and collects all that they say", async () => {
    class Name extends Form {
      name = field.char({
        validators: [
          async (name) => (name === "eve" ? "She has one already." : undefined),
          (name) => ({ code: "short", message: `${name} is short.` }),
        ],
        errorMessages: { short: "Longer, please." },
      });
    }
    const form = new Name({ data: { name: "eve" } });
    expect(await form.isValid()).toBe(false);
    expect(form.name.errors.messages).toEqual(["She has one already.", "Longer, please."]);
  });

  it("gets and loses fields while it is used", async () => {
    class Survey extends Form {
      constructor(questions: readonly string[], options?: FormOptions) {
        super(options);
        for (const question of questions) this.addField(question, field.char({ label: question }));
      }
    }
    const form = new Survey(["color", "size"], { data: { color: "red" } });
    form.removeField("size");
    expect(await form.isValid()).toBe(true);
    expect(form.field("color")?.cleaned).toBe("red");
  });

  it("may be left as it opened, where that is said", async () => {
    const form = new ContactForm({ mayBeEmpty: true, data: { email: "" } });
    expect(await form.isValid()).toBe(true);
    const begun = new ContactForm({ mayBeEmpty: true, data: { subject: "Hi" } });
    expect(await begun.isValid()).toBe(false);
  });
});

describe("the HTML of a form", () => {
  it("ties labels, help and errors to their element, and opens at the first error", async () => {
    const form = new ContactForm({ data: { email: "<b>", subject: "much too long" } });
    const page = await html(form);
    expect(page).toContain('<label for="id_email">Email <span class="required" aria-hidden="true">*</span></label>');
    expect(page).toContain('<p class="help" id="id_email-help">We answer here.</p>');
    expect(page).toContain('<ul class="errors" id="id_email-errors"><li>');
    expect(page).toContain(
      '<input type="email" name="email" value="&lt;b&gt;" id="id_email" maxlength="254" required ' +
        'aria-describedby="id_email-help id_email-errors" aria-invalid="true" autofocus>',
    );
    expect(page.match(/autofocus/g)).toHaveLength(1);
    expect(page).toContain('<option value="" selected>(none)</option>');
    expect(page).toContain('<input type="checkbox" name="copy" id="id_copy">');
  });

  it("shows groups of choices with a legend, and keeps what was chosen", async () => {
    class Choices extends Form {
      size = field.choice({ choices: ["s", "m"], widget: widget.radios() });
      extras = field.multipleChoice({
        choices: { Hot: { tea: "Tea" }, Cold: { ice: "Ice" } },
        widget: widget.checkboxes(),
      });
    }
    const page = await html(new Choices({ initial: { extras: ["ice"] }, data: undefined }));
    expect(page).toContain('<fieldset class="field is-required" id="id_size" role="radiogroup">');
    expect(page).toContain("<legend>Size");
    expect(page).toContain(
      '<label class="option" for="id_extras_1"><input type="checkbox" name="extras" value="ice" id="id_extras_1" checked> Ice</label>',
    );
    expect(page).toContain('<p class="option-group">Hot</p>');
  });

  it("does not send passwords back", async () => {
    class Login extends Form {
      password = field.password({ autocomplete: "current-password" });
      next = field.hidden({ initial: "/a?b=1&c=2" });
    }
    const page = await html(new Login({ data: { password: "secret", next: '"><script>' } }));
    expect(page).not.toContain("secret");
    expect(page).toContain('autocomplete="current-password"');
    expect(page).toContain('<input type="hidden" name="next" value="&quot;&gt;&lt;script&gt;" id="id_next">');
  });

  it("refuses to check a file that is none, and names the one that is there", async () => {
    class Upload extends Form {
      photo = field.image({ required: false, initial: "photos/ada.png" });
    }
    const page = await html(new Upload());
    expect(page).toContain("Currently: photos/ada.png");
    expect(page).toContain('name="photo-clear"');
    const cleared = new Upload({ data: { "photo-clear": "on" } });
    expect(await cleared.isValid()).toBe(true);
    expect(cleared.cleanedData.photo).toBeNull();
    const kept = new Upload({ data: {} });
    expect(await kept.isValid()).toBe(true);
    expect(kept.cleanedData.photo).toBe("photos/ada.png");
  });
});

describe("a form on a page", () => {
  it("is put out whole, by field or by part, by templates that a project may replace", async () => {
    const directory = mkdtempSync(join(tmpdir(), "form-page-"));
    mkdirSync(join(directory, "forms"));
    writeFileSync(join(directory, "forms/label.liquid"), "<label>{{ field.label | upcase }}</label>");
    const engine = new TemplateEngine({ directories: [directory, fileURLToPath(formTemplates)] });
    const form = new ContactForm({ data: { email: "<b>", copy: "on" } });
    await form.isValid();
    const page = await engine.renderString(
      "{{ form.enctype }}|{{ form.email.labelTag }}|{{ form.email.errors }}|{{ form.copy.widget }}|" +
        "{% for field in form.visibleFields %}{{ field.name }}{% if field.hasErrors %}!{% endif %} {% endfor %}|" +
        "{{ form.nonFieldErrors }}|{{ form.subject }}",
      { form },
    );
    const [enctype, label, errors, copy, names, whole, subject] = page.split("|");
    expect(enctype).toBe("application/x-www-form-urlencoded");
    expect(label).toBe("<label>EMAIL</label>");
    expect(errors).toMatch(/^<ul class="errors" id="id_email-errors"><li>Enter an e-mail address/);
    expect(copy).toBe('<input type="checkbox" name="copy" checked id="id_copy">');
    expect(names).toBe("email! subject stars copy ");
    expect(whole).toContain("<li>A copy needs a subject.</li>");
    expect(subject).toContain("<label>SUBJECT</label>");
    expect(await engine.renderString("{{ form }}", { form })).toContain('value="&lt;b&gt;"');
  });

  it("tells templates nothing but what it is for", async () => {
    const engine = new TemplateEngine({ directories: [tmpdir()] });
    const form = new ContactForm({ data: { email: "a@example.org" } });
    const page = await engine.renderString("[{{ form.isValid }}{{ form.constructor.name }}{{ form.addError }}]", {
      form,
    });
    expect(page).toBe("[]");
  });
});

describe("a form of a request", () => {
  class PhotoForm extends Form {
    title = field.char();
    photo = field.image({ maxBytes: 200 });
  }

  class PhotoPage extends HttpConsumer {
    get() {
      return this.text("an empty form");
    }

    async post() {
      const form = await PhotoForm.from(this.request);
      if (!(await form.isValid())) return this.json(form.errors, { status: 422 });
      const { title, photo } = form.cleanedData;
      expect(photo).toBeInstanceOf(UploadedFile);
      return this.json({ title, size: photo.size });
    }
  }

  const client = new TestClient(createApplication({ routes: [http("/", PhotoPage)], middleware: [] }));
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );

  it("takes files, and looks into images", async () => {
    const sent = await client.post("/", { form: { title: "Me", photo: new File([png], "me.png") } });
    expect(sent.json()).toEqual({ title: "Me", size: png.length });
    const script = new File(["<script>alert(1)</script>"], "me.png");
    const refused = await client.post("/", { form: { title: "Me", photo: script } });
    expect(refused.status).toBe(422);
    expect(refused.json()).toMatchObject({ photo: [{ code: "invalid_content" }] });
  });

  it("says why it takes a file not", async () => {
    const code = async (file: File): Promise<unknown> => {
      const { photo } = (await client.post("/", { form: { title: "Me", photo: file } })).json() as {
        photo: { code: string }[];
      };
      return photo[0]?.code;
    };
    expect(await code(new File([], "me.png"))).toBe("empty");
    expect(await code(new File([new Uint8Array(201)], "me.png"))).toBe("max_bytes");
    expect(await code(new File([png], "me.exe"))).toBe("invalid_extension");
    expect(await code(new File([png], "me.gif"))).toBe("invalid_content");
    expect(await code(new File([png.subarray(0, 40)], "me.png"))).toBe("invalid_image");
    expect(await code(new File([png], `${"m".repeat(120)}.png`))).toBe("max_name_length");
    const none = await client.post("/", { form: { title: "Me" } });
    expect(none.json()).toMatchObject({ photo: [{ code: "required" }] });
  });
});
