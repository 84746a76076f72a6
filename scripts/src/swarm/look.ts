import { releasesText } from '../deploy/releases-text.js';
import { exitCode } from '../exit-code.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { showSwarmLogs } from './logs.js';
import { releasesOf, servingOf } from './releases.js';
import { servicesOf } from './services.js';
import { readSwarmStatus, swarmStatusText } from './status.js';
import { withEngine } from './with-engine.js';

/** What `make status`, `releases` and `logs` are told. */
export interface LookOptions {
  /** A manager; absent: the engine of this host is one. */
  readonly host?: string;
  readonly json?: boolean;
}

/** `hermes status ENGINE=swarm`. Exit 1 when not all is well. */
export async function tellSwarmStatus({ host, json }: LookOptions): Promise<void> {
  const project = projectAt();
  const { settings } = operatorSettings(project);
  await withEngine({ host, config: settings.SSH_CONFIG }, async (engine) => {
    const status = await readSwarmStatus(engine, project, settings);
    process.stdout.write(json ? asJson(status) : swarmStatusText(status));
    if (!status.ready) process.exitCode = exitCode.failure;
  });
}

/** `hermes releases ENGINE=swarm`. */
export async function tellSwarmReleases({ host, json }: LookOptions): Promise<void> {
  const { COMPOSE_PROJECT: stack, SSH_CONFIG: config } = operatorSettings(projectAt()).settings;
  await withEngine({ host, config }, async (engine) => {
    const serving = servingOf(await servicesOf(engine, stack));
    const releases = (await releasesOf(engine, stack)).map(({ text: _, ...release }) => release);
    process.stdout.write(
      json ? asJson({ ...serving, releases }) : releasesText({ ...noServing, ...serving, releases }),
    );
  });
}

/** `hermes logs ENGINE=swarm`. */
export async function tellSwarmLogs({
  host,
  lines,
  follow,
}: LookOptions & { readonly lines: string; readonly follow: boolean }): Promise<void> {
  const { COMPOSE_PROJECT: stack, SSH_CONFIG: config } = operatorSettings(projectAt()).settings;
  await withEngine({ host, config }, (engine) => showSwarmLogs(engine, stack, { lines, follow }));
}

const noServing = { current: undefined, previous: undefined };
const asJson = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
