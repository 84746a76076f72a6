/**
 * The text of a file of variables as Compose reads them. In single quotes everything stands for itself; what has one, or
 * a new line, goes into double quotes with those characters escaped that mean something there.
 */
export function envText(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${quoted(value)}\n`)
    .join('');
}

function quoted(value: string): string {
  if (!/['\n]/.test(value)) return `'${value}'`;
  return `"${value.replaceAll(/[\\"$]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
