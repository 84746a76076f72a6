import type { Condition } from './condition.js';
import { lifeCondition } from './life-condition.js';
import type { Observation } from './observation.js';
import { renewalCondition } from './renewal-condition.js';
import { wireCondition } from './wire-condition.js';

/** What an operator has to know of what was found; nothing when all is well. */
export function conditionsOf(observation: Observation): Condition[] {
  return [renewalCondition(observation), wireCondition(observation), lifeCondition(observation)].filter(
    (condition) => condition !== undefined,
  );
}
