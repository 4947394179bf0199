/** Endings that mean the same as the one that is sniffed. */
const aliases: Readonly<Record<string, string>> = {
  jpeg: "jpg",
  jfif: "jpg",
  jpe: "jpg",
  tiff: "tif",
  htm: "html",
  mpeg: "mpg",
  m4v: "mp4",
  qt: "mov",
  oga: "ogg",
  ogv: "ogg",
  opus: "ogg",
  tgz: "gz",
  heif: "heic",
};

/** What a general sniffed type may be in fact: formats that are such a container. */
const containers: Readonly<Record<string, readonly string[]>> = {
  zip: ["docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "jar", "apk", "cbz", "kmz", "xpi", "usdz", "3mf", "vsix"],
  xml: ["svg", "rss", "atom", "kml", "gpx", "xsd", "xsl", "xhtml", "html", "plist", "dae"],
  cfb: ["doc", "xls", "ppt", "msi", "msg"],
  mp4: ["m4a", "mov", "3gp", "3g2", "f4v"],
  mov: ["mp4"],
  ogg: ["spx"],
  webm: ["mkv"],
  mkv: ["webm"],
  asf: ["wmv", "wma"],
  gz: ["svgz"],
};

/** Files with these endings always begin in a way that is known: what does not is none. */
export const withSignature: ReadonlySet<string> = new Set(
  (
    "png jpg gif webp avif heic bmp tif ico psd pdf zip gz 7z rar bz2 xz docx xlsx pptx odt ods odp epub mp4 m4a mov webm " +
    "mkv avi ogg flac wav woff woff2 exe sqlite"
  ).split(" "),
);

/** The ending of a name, without the point and in lower case; of those that mean the same, one. */
export function kindOf(name: string): string {
  const ending = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return aliases[ending] ?? ending;
}

/** Whether a file whose name ends with `kind` may be one that was sniffed as `sniffed`. */
export function agrees(kind: string, sniffed: string): boolean {
  const found = aliases[sniffed] ?? sniffed;
  return found === kind || (containers[found] ?? []).includes(kind) || (containers[kind] ?? []).includes(found);
}
