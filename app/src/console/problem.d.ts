/** What kept the console from going on, in words for a person. */
export interface Problem {
  /** Stable, machine-readable name in kebab case. */
  readonly code: string;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What is known about it, in a sentence or two. */
  readonly detail: string;
  /** What to do next. */
  readonly fix: string;
  /** Whether the same attempt, made again later, may succeed. */
  readonly retry: boolean;
  /** The server's own words. */
  readonly reason?: string;
  /** A page worth opening. */
  readonly link?: string;
  /** It rests on this computer's clock alone, so the person may go on regardless. */
  readonly uncertain?: true;
}
