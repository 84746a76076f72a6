/** Prints names and figures, one a line. */
export function printTable(rows: Readonly<Record<string, number | string>>): void {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  const lines = Object.entries(rows).map(([name, value]) => `      ${name.padEnd(width)}  ${shown(value)}`);
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}

const shown = (value: number | string) =>
  typeof value === 'number' ? Math.round(value).toLocaleString('en') : value;
