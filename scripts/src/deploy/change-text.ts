import type { Change } from './request.js';

/** What a deploy or a rollback prints in the end: a table of its steps. */
export function changeText({ release, from, steps }: Change): string {
  const rows = steps.map(({ title, seconds }) => [title, `${seconds.toFixed(1)} s`] as const);
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const all = [...rows, ['in all', `${total.toFixed(1)} s`] as const];
  const width = Math.max(...all.map(([title]) => title.length));
  const lines = all.map(([title, time]) => `  ${title.padEnd(width)}  ${time.padStart(8)}`);
  return `\n${lines.join('\n')}\n\n${release} serves${from ? `; make rollback leads back to ${from}` : ''}.\n`;
}
