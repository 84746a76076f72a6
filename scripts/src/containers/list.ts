import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';
import { compose } from './compose.js';
import type { ContainerState } from './state.js';

/** A container as Compose lists it. */
export interface Container {
  readonly Name: string;
  readonly Service: string;
  /** `running`, `restarting`, `exited`, … */
  readonly State: string;
  /** `healthy`, `unhealthy`, `starting`; empty where it has no health check. */
  readonly Health: string;
  /** In words, such as `Up 5 minutes (healthy)`. */
  readonly Status: string;
}

/**
 * Every container of a stack, also one that ended.
 * @throws HermesError `engine-away`
 */
export async function listContainers(stack: ContainerState): Promise<Container[]> {
  const { failed, stdout, stderr } = await compose(stack, ['ps', '--all', '--format', 'json']);
  if (failed) {
    const reason = lastLine(String(stderr));
    throw new HermesError(
      'engine-away',
      `the containers cannot be listed: ${reason}`,
      'start the Docker engine',
    );
  }
  return String(stdout)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Whether it does what it is there for. */
export const isWell = ({ State, Health }: Container): boolean =>
  State === 'running' && ['', 'healthy'].includes(Health);
