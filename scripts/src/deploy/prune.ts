import type { Release } from './release.js';

/** Releases that stay on a host, besides the one that serves and the one before. */
const kept = 3;

/** What of a host goes after a deploy. */
export interface Prune {
  readonly releases: readonly Release[];
  /** Images that nothing that stays needs. */
  readonly images: readonly string[];
}

/** @param serving the release that serves, and the one before */
export function toPrune(releases: readonly Release[], serving: readonly (string | undefined)[]): Prune {
  const newest = [...releases].sort((a, b) => (a.id < b.id ? 1 : -1));
  const going = newest.slice(kept).filter(({ id }) => !serving.includes(id));
  const staying = releases.filter((one) => !going.includes(one)).flatMap(imagesOf);
  return {
    releases: going,
    images: [...new Set(going.flatMap(imagesOf))].filter((one) => !staying.includes(one)),
  };
}

const imagesOf = ({ image, images }: Release): string[] => [image, ...images];
