/**
 * Sets settings in the text of a `.env`, and leaves every other line as it is.
 * @param given values without line ends or quotes that would break a line
 */
export function mergeEnv(text: string, given: Readonly<Record<string, string>>): string {
  const keys = new Set(Object.keys(given));
  const kept = text
    .split('\n')
    .filter((line) => !keys.has(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1] ?? ''));
  while (kept.at(-1) === '') kept.pop();
  const lines = Object.entries(given).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${[...kept, ...lines].join('\n')}\n`;
}
