import { basename, join } from 'node:path';
import { loadSettings } from '../../../../app/src/settings/load.js';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { type ContainerPlan, planContainers } from '../../../src/containers/plan.js';
import { projectAt } from '../../../src/project.js';

type Values = Readonly<Record<string, string>>;

/** Values of the settings by which overlays are chosen; an empty one is not set. */
const questions: Readonly<Record<string, readonly string[]>> = {
  PROXY: ['nginx', 'traefik', 'none'],
  TLS: ['selfsigned', 'letsencrypt', 'files', 'off'],
  ACME_CHALLENGE: ['http-01', 'dns-01'],
  SERVICES: ['', 'redis', 'mongo', 'redis,mongo'],
  DOCKER_NETWORK: ['', 'chirp-django-net'],
  MQTT_URL: ['', 'mqtt://broker.example'],
  ALERT_WEBHOOK: ['', 'https://hooks.example/x'],
};

/** What does not choose, but has to be there. */
const needed: Values = Object.fromEntries(
  ['JWT_SECRET_KEY', 'SERVICE_API_KEY', 'REDIS_PASSWORD', 'MONGO_PASSWORD', 'MQTT_PASSWORD'].map((key) => [
    key,
    'x'.repeat(40),
  ]),
);

export interface Combination {
  /** The settings that chose it. */
  readonly values: Values;
  readonly plan: ContainerPlan;
}

/** Overlays that only bound memory, and the broker: they take turns, instead of six times as many runs. */
const stages = ['dev', 'staging', 'production'] as const;
const brokers = ['', '', 'mqtt', '', 'mqtt'] as const;
const inTurns = /^(stage-|mqtt)/;

/**
 * One combination of settings for each list of Compose files, with its variables, that the planner can choose; stages
 * and the broker take turns.
 */
export function combinations(folder: string): Combination[] {
  const found = new Map<string, Combination>();
  for (const answers of product(Object.entries(questions))) {
    const turn = <T>(those: readonly T[]) => those[found.size % those.length] as T;
    const SERVICES = [answers.SERVICES, turn(brokers)].filter(Boolean).join(',');
    const values = { ...answers, SERVICES, STAGE: turn(stages) };
    const loaded = loadSettings({ environment: { ...needed, ...values }, folder });
    const place = {
      compose: join(projectRoot, 'compose'),
      image: 'monitor-hermes:none',
      gid: 10_001,
      owner: '10001:10001',
    };
    const plan = planContainers(projectAt(folder), loaded, place);
    const files = plan.files.filter((file) => !inTurns.test(basename(file)));
    const variables = Object.keys(plan.variables).filter((name) => name !== 'HERMES_MOSQUITTO_IMAGE');
    const key = JSON.stringify([files, variables]);
    if (!found.has(key)) found.set(key, { values, plan });
  }
  return [...found.values()];
}

function product([first, ...rest]: [string, readonly string[]][]): Values[] {
  if (!first) return [{}];
  const [key, values] = first;
  return values.flatMap((value) => product(rest).map((other) => ({ [key]: value, ...other })));
}
