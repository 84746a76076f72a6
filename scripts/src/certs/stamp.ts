/*
 * Times in names, such as `20261123T191500123Z`: sorting them gives the order of installation.
 */

/** Always later than the latest one, whatever the clock says. */
export function nextStamp(latest: string | undefined, now: Date): string {
  const after = latest === undefined ? 0 : (timeOf(latest) ?? 0) + 1;
  return new Date(Math.max(now.getTime(), after)).toISOString().replace(/[-:.]/g, '');
}

/** How many stay behind the one in use, for a rollback. */
const keptBehind = 2;

/** Milliseconds for which one stays after it was replaced, for who has resolved the link and not read it yet. */
const readingTime = 60_000;

/**
 * Which names can go when `next` takes the place of `current`.
 * @param names those before `next`, oldest first
 */
export function outlived(names: readonly string[], current: string, next: string): string[] {
  // Whatever is younger than the one in use was rolled back from, or never finished.
  const history = names.filter((name) => name <= current);
  const replaced = (index: number) => timeOf(history[index + 1] ?? next) ?? 0;
  const kept = history.filter(
    (_name, index) =>
      index >= history.length - keptBehind || (timeOf(next) ?? 0) - replaced(index) < readingTime,
  );
  return names.filter((name) => !kept.includes(name));
}

/** Milliseconds since 1970 of a name that holds a stamp; undefined for any other. */
export function timeOf(name: string): number | undefined {
  const match = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(name);
  if (!match) return undefined;
  const [year = 0, month = 1, day, hour, minute, second, ms] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}
