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
  ['JWT_SECRET_KEY', 'SERVICE_API_KEY', 'REDIS_PASSWORD', 'MONGO_PASSWORD'].map((key) => [
    key,
    'x'.repeat(40),
  ]),
);

export interface Combination {
  /** The settings that chose it. */
  readonly values: Values;
  readonly plan: ContainerPlan;
}

/** Overlays that only bound memory: they take turns, instead of three times as many runs. */
const stages = ['dev', 'staging', 'production'] as const;

/**
 * One combination of settings for each list of Compose files, with its variables, that the planner can choose; the
 * stages take turns.
 */
export function combinations(folder: string): Combination[] {
  const found = new Map<string, Combination>();
  for (const answers of product(Object.entries(questions))) {
    const values = { ...answers, STAGE: stages[found.size % stages.length] ?? 'dev' };
    const loaded = loadSettings({ environment: { ...needed, ...values }, folder });
    const place = {
      compose: join(projectRoot, 'compose'),
      image: 'monitor-hermes:none',
      gid: 10_001,
      owner: '10001:10001',
    };
    const plan = planContainers(projectAt(folder), loaded, place);
    const files = plan.files.filter((file) => !basename(file).startsWith('stage-'));
    const key = JSON.stringify([files, Object.keys(plan.variables)]);
    if (!found.has(key)) found.set(key, { values, plan });
  }
  return [...found.values()];
}

function product([first, ...rest]: [string, readonly string[]][]): Values[] {
  if (!first) return [{}];
  const [key, values] = first;
  return values.flatMap((value) => product(rest).map((other) => ({ [key]: value, ...other })));
}
