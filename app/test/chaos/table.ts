/** Prints names and figures, one a line. */
export function printTable(rows: Readonly<Record<string, number>>): void {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  const lines = Object.entries(rows).map(
    ([name, value]) => `      ${name.padEnd(width)}  ${Math.round(value).toLocaleString('en')}`,
  );
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}
