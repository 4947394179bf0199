import { declare } from "../../schema/construction.js";
import { FileField, ImageField, type FileOptions, type ImageOptions } from "../data/file-field.js";
import { CharField, type CharOptions } from "../text/char-field.js";
import { EmailField } from "../text/email-field.js";
import { IpAddressField, type IpAddressOptions } from "../text/ip-address-field.js";
import { SlugField, type SlugOptions } from "../text/slug-field.js";
import { TextField, type TextOptions } from "../text/text-field.js";
import { UrlField, type UrlOptions } from "../text/url-field.js";
import type { FileColumn } from "../../typing/column.js";
import type { ColumnFor } from "./property-types.js";

export function char<const Options extends CharOptions = CharOptions>(
  options?: Options,
): ColumnFor<string, "text", Options> {
  return declare("char", () => new CharField(options)) as ColumnFor<string, "text", Options>;
}

export function text<const Options extends TextOptions = TextOptions>(
  options?: Options,
): ColumnFor<string, "text", Options> {
  return declare("text", () => new TextField(options)) as ColumnFor<string, "text", Options>;
}

export function slug<const Options extends SlugOptions = SlugOptions>(
  options?: Options,
): ColumnFor<string, "text", Options> {
  return declare("slug", () => new SlugField(options)) as ColumnFor<string, "text", Options>;
}

export function email<const Options extends CharOptions = CharOptions>(
  options?: Options,
): ColumnFor<string, "text", Options> {
  return declare("email", () => new EmailField(options)) as ColumnFor<string, "text", Options>;
}

export function url<const Options extends UrlOptions = UrlOptions>(
  options?: Options,
): ColumnFor<string, "text", Options> {
  return declare("url", () => new UrlField(options)) as ColumnFor<string, "text", Options>;
}

export function ipAddress<const Options extends IpAddressOptions = IpAddressOptions>(
  options?: Options,
): ColumnFor<string, "ipAddress", Options> {
  return declare("ipAddress", () => new IpAddressField(options)) as ColumnFor<string, "ipAddress", Options>;
}

export function file<const Options extends FileOptions = FileOptions>(
  options?: Options,
): FileColumn<ColumnFor<string, "text", Options>> {
  return declare("file", () => new FileField(options)) as FileColumn<ColumnFor<string, "text", Options>>;
}

export function image<const Options extends ImageOptions = ImageOptions>(
  options?: Options,
): FileColumn<ColumnFor<string, "text", Options>> {
  return declare("image", () => new ImageField(options)) as FileColumn<ColumnFor<string, "text", Options>>;
}
