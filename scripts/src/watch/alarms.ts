import type { Condition } from './condition.js';
import { conditionsOf } from './conditions.js';
import { type Notice, noticeOf } from './notice.js';
import type { Observation } from './observation.js';

/** An alarm that was told and has not been called off. Times are ISO 8601 in UTC. */
export interface Alarm {
  readonly event: string;
  readonly summary: string;
  readonly since: string;
  readonly toldAt: string;
}

export type AlarmState = Readonly<Partial<Record<Condition['subject'], Alarm>>>;

/** Something to tell, and how the state is once it was told. */
export interface Due {
  readonly notice: Notice;
  after(state: AlarmState): AlarmState;
}

/** Milliseconds after which an alarm that lasts is told again. */
const repeatAfter = 86_400_000;

/** Since when each event holds that has not lasted long enough yet. */
type Pending = ReadonlyMap<string, Date>;

/**
 * What is to be told: each alarm once until it changes, once a day while it lasts, and that it is over. It stays due
 * until the state says that it was told.
 */
export function dueNotices(
  observation: Observation,
  state: AlarmState,
  pending: Pending,
): { readonly due: Due[]; readonly pending: Pending } {
  const conditions = conditionsOf(observation);
  const { at } = observation;
  const since = new Map(conditions.map(({ event }) => [event, pending.get(event) ?? at]));
  const raised = conditions.flatMap((condition) => {
    const begun = since.get(condition.event) ?? at;
    const known = state[condition.subject];
    const same = known?.event === condition.event;
    if (same && at.getTime() - Date.parse(known.toldAt) < repeatAfter) return [];
    if (!same && at.getTime() - begun.getTime() < (condition.settle ?? 0)) return [];
    return raise(condition, observation, same ? known.since : begun.toISOString());
  });
  const subjects = conditions.map(({ subject }) => subject);
  const over = (Object.entries(state) as [Condition['subject'], Alarm][])
    .filter(([subject]) => !subjects.includes(subject))
    .map(([subject, alarm]) => callOff(subject, alarm, observation));
  return { due: [...raised, ...over], pending: since };
}

function raise(condition: Condition, observation: Observation, since: string): Due {
  const { subject, event, summary } = condition;
  const alarm = { event, summary, since, toldAt: observation.at.toISOString() };
  return {
    notice: noticeOf(condition, observation),
    after: (state) => ({ ...state, [subject]: alarm }),
  };
}

function callOff(
  subject: Condition['subject'],
  { event, summary, since }: Alarm,
  observation: Observation,
): Due {
  const over = {
    event: 'recovered',
    severity: 'info',
    summary: `recovered from ${event}`,
    detail: `it is over that ${summary} (told first at ${since})`,
  } as const;
  return {
    notice: noticeOf(over, observation),
    after: ({ [subject]: _, ...rest }) => rest,
  };
}
