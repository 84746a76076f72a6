/** The database that a MongoDB URI names, else the one given; a URI with several hosts is none to `URL`. */
export function databaseOf(uri: string, otherwise: string): string {
  const [, path = ''] = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]*)/.exec(uri) ?? [];
  return decodeURIComponent(path) || otherwise;
}
