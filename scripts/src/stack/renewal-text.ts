import type { Outlook } from '../renewal/outlook.js';

/** When a renewal last went well and when it is looked for next, on one line; undefined where nothing is on record. */
export function looksText({ record }: Outlook): string | undefined {
  const { lastSuccess, nextLook } = record;
  if (!record.lastLook && !nextLook) return undefined;
  return `last good ${lastSuccess ?? 'never'}, next ${nextLook ?? 'not planned'}`;
}

/** What the last look failed with; undefined when it did not. */
export function failureText({ record: { failures, fault } }: Outlook): string | undefined {
  if (failures === 0) return undefined;
  const times = failures === 1 ? 'once' : `${failures} times in a row`;
  return `${times}${fault ? `: ${fault.message}` : ''}`;
}
