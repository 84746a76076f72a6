import { createHash } from 'node:crypto';
import { appUser } from '../containers/inside.js';
import { releaseLabel } from '../deploy/site.js';
import type { SwarmPlan } from './plan.js';
import { previousLabel, previousMark } from './releases.js';

/** A file of the rendered configuration, and where its container has it. */
export interface ConfigFile {
  readonly target: string;
  readonly content: string;
}

/** Contents by the names under which the swarm keeps them: others have others. */
export function namedConfigs(stack: string, files: readonly ConfigFile[]): Record<string, string> {
  return Object.fromEntries(files.map((file) => [nameOf(stack, file), file.content]));
}

const nameOf = (stack: string, { target, content }: ConfigFile) =>
  `${stack}_${createHash('sha256').update(`${target}\0${content}`).digest('hex').slice(0, 16)}`;

/** The stack file with what differs from release to release, as JSON, which is YAML too. */
export function overlayOf({ name, app, release, secrets }: SwarmPlan, files: readonly ConfigFile[]): string {
  const configs = files.map((file) => ({ name: nameOf(name, file), target: file.target }));
  const labels = { [releaseLabel]: release, [previousLabel]: previousMark };
  const paths = Object.values(secrets).map(({ key }) => [`${key}_FILE`, `/run/secrets/${key}`]);
  const overlay = {
    services: {
      app: {
        environment: { ...escaped(app), ...Object.fromEntries(paths) },
        secrets: Object.values(secrets).map(({ key }) => ({
          source: key,
          target: key,
          uid: String(appUser),
          gid: String(appUser),
          mode: 0o400,
        })),
        deploy: { labels },
      },
      proxy: { configs: configs.map((config) => ({ source: config.name, target: config.target })) },
    },
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([id, { key }]) => [key, { external: true, name: id }]),
    ),
    configs: Object.fromEntries(
      configs.map((config) => [config.name, { external: true, name: config.name }]),
    ),
  };
  return JSON.stringify(overlay, undefined, 2);
}

/** What looks like a variable of the stack file is none. */
const escaped = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.replaceAll('$', '$$$$')]));
