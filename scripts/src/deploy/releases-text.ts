import type { Release } from './release.js';

export interface ReleaseList {
  /** The oldest first. */
  readonly releases: readonly (Pick<Release, 'id' | 'image' | 'madeAt' | 'madeBy'> &
    Partial<Pick<Release, 'checksum'>>)[];
  readonly current: string | undefined;
  readonly previous: string | undefined;
  /** Those that are there; absent where they come from a registry. */
  readonly images?: ReadonlySet<string>;
}

/** The releases of a host, the newest first. */
export function releasesText({ releases, current, previous, images }: ReleaseList): string {
  if (releases.length === 0) return 'No release is there yet.\n';
  const rows = [...releases].reverse().map(({ id, image, madeAt, madeBy, checksum = '' }) => {
    const mark =
      id === current ? 'serves' : id === previous ? 'before' : !images || images.has(image) ? '' : 'no image';
    return [mark, id, madeAt.slice(0, 16).replace('T', ' '), madeBy, checksum];
  });
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
