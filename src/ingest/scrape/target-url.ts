// The parts of a URL, escaped as Go escapes them, so that a target has the URL that Prometheus shows.

const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;

export function escapeQuery(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, percent)
    .replaceAll('%20', '+');
}

export function escapePath(path: string): string {
  return encodeURIComponent(path.toWellFormed())
    .replaceAll(/[!'()*]/g, percent)
    .replaceAll(/%(?:24|26|2B|2C|2F|3A|3B|3D|40)/g, decodeURIComponent);
}
