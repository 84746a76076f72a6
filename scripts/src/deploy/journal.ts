/** The steps of a deploy or rollback that touch something, in their order. */
export const touchingSteps = ['prepare', 'start', 'gate', 'switch', 'verify', 'drain', 'record'] as const;

export type TouchingStep = (typeof touchingSteps)[number];

/** What is under way on a host, written down before each step. */
export interface Journal {
  readonly what: 'deploy' | 'rollback';
  /** The release that is to serve. */
  readonly release: string;
  /** The one that served; absent at the first deploy. */
  readonly from?: string | undefined;
  /** Name of the site's Compose project. */
  readonly project: string;
  readonly step: TouchingStep;
  readonly by: string;
  readonly since: string;
}

/** What has to be done about a deploy that was killed. */
export type Recovery = 'remove-new' | 'switch-back' | 'finish';

/**
 * The old release runs untouched until its drain begins: until then everything can be undone; from then on the new one
 * has been proved to work.
 */
export function recoveryOf({ step }: Pick<Journal, 'step'>): Recovery {
  if (['prepare', 'start', 'gate'].includes(step)) return 'remove-new';
  return step === 'switch' || step === 'verify' ? 'switch-back' : 'finish';
}

/** @returns undefined where none is under way. */
export function parseJournal(text: string): Journal | undefined {
  return text.trim() === '' ? undefined : JSON.parse(text);
}
