import { field, Form, invalid } from "hotclub/forms";
import { saveUpload, UploadRefused } from "hotclub/storage";

export class RoomForm extends Form {
  title = field.char({ label: "Name of the room", maxLength: 80 });
}

/** What browsers show as pictures, whatever the file is called. */
const pictures = ["image/png", "image/jpeg", "image/webp", "image/gif"];
const maxBytes = 1_000_000;

export class AvatarForm extends Form {
  avatar = field.file({
    label: "Picture",
    help: "PNG, JPEG, WebP or GIF of at most 1 MB.",
    attributes: { accept: pictures.join() },
  });
  #stored = "";

  override async clean() {
    const upload = this.avatar.cleaned;
    if (!upload) return;
    try {
      this.#stored = await saveUpload(upload, { uploadTo: "avatars/%Y", types: pictures, maxBytes });
    } catch (error) {
      if (error instanceof UploadRefused) throw invalid(error.message);
      throw error;
    }
  }

  /** The name that the picture is stored under, when the form is valid. */
  get stored() {
    return this.#stored;
  }
}
