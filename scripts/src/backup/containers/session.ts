import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../../app/src/errors.js';
import type { Loaded } from '../../../../app/src/settings/load.js';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import type { Settings } from '../../../../app/src/settings/table.js';
import { passwordsOf } from '../../containers/app-settings.js';
import { type ComposeStack, compose, composeOrThrow, converse } from '../../containers/compose.js';
import { assertUsable } from '../../containers/docker.js';
import { draftOf } from '../../containers/draft.js';
import { containerGroup } from '../../containers/group.js';
import { ensureImage, imageOf } from '../../containers/image.js';
import { planContainers } from '../../containers/plan.js';
import { assertNameFree, runningIn } from '../../containers/project-name.js';
import { renewalUser } from '../../containers/renewal-access.js';
import type { ContainerState } from '../../containers/state.js';
import { writePlan } from '../../containers/write-plan.js';
import { assertSecrets } from '../../operator-settings.js';
import type { Project } from '../../project.js';

/** Servers that keep something on a volume, beside the app. */
export const keepers = ['mongo', 'redis'] as const;
export type Keeper = (typeof keepers)[number];

/**
 * The containers of an installation, for what has to happen in them: LMDB knows who else has its files open by their
 * pids, and MongoDB and Redis can be reached by nobody else.
 */
export class ContainerSession {
  readonly keepers: readonly Keeper[];
  readonly #stack: ComposeStack;
  /** Folder of what was written for it; undefined where the stack was up before, and nothing is started or stopped. */
  readonly #aside: string | undefined;
  readonly signal: AbortSignal;

  private constructor(stack: ComposeStack, keepers: readonly Keeper[], signal: AbortSignal, aside?: string) {
    this.#stack = stack;
    this.keepers = keepers;
    this.signal = signal;
    this.#aside = aside;
  }

  /** In those that run. */
  static join(state: ContainerState, signal: AbortSignal): ContainerSession {
    const files = state.files.map((file) => basename(file));
    const overlays = { mongo: 'store-mongo.yaml', redis: 'bus-redis.yaml' } as const;
    const own = keepers.filter((one) => files.includes(overlays[one]));
    return new ContainerSession(state, own, signal);
  }

  /**
   * Where nothing runs: prepares what a container needs that is started for a moment.
   * @throws HermesError `engine-away`, …, `name-taken`, `stack-running`, `secret-missing`, `image-not-built`
   */
  static async prepare(project: Project, loaded: Loaded, signal: AbortSignal): Promise<ContainerSession> {
    await assertUsable();
    assertSecrets(loaded, passwordsOf(loaded.settings));
    const { COMPOSE_PROJECT: name, SERVICES = [] } = loaded.settings;
    await assertNameFree(name, project.root);
    const others = await runningIn(name);
    if (others.length > 0) {
      const told = `containers of ${name} run, and \`make up\` did not start them: ${others.join(', ')}`;
      throw new HermesError('stack-running', told, 'stop them first: docker compose … down');
    }
    const image = await imageOf(projectRoot);
    await ensureImage(projectRoot, image, signal);
    const aside = asideOf(project);
    const place = {
      compose: join(projectRoot, 'compose'),
      image,
      gid: containerGroup(),
      owner: renewalUser(),
    };
    const plan = planContainers(aside, { ...loaded, settings: alone(loaded.settings) }, place);
    rmSync(aside.state, { recursive: true, force: true });
    mkdirSync(aside.state, { recursive: true, mode: 0o700 });
    writePlan(aside, plan, containerGroup());
    const own = keepers.filter((one) => SERVICES.includes(one));
    const stack = { files: plan.files, variables: plan.paths.variables };
    return new ContainerSession(stack, own, signal, aside.state);
  }

  /** Starts servers, and waits until they are well. @throws HermesError `compose-failed` */
  async start(services: readonly Keeper[]): Promise<void> {
    if (!this.#aside || services.length === 0) return;
    await composeOrThrow(this.#stack, ['up', '-d', '--wait', ...services], this.signal);
  }

  /** Starts a program of the app's image among its volumes and servers; it is talked with by its input and output. */
  run(...program: string[]) {
    const words = this.#aside
      ? ['run', '--rm', '-T', '--no-deps', 'app']
      : ['exec', '-T', 'app', 'node', '--enable-source-maps'];
    return converse(this.#stack, [...words, ...program]);
  }

  /** Runs a script of sh in the container of a server that runs. Its output is for whoever reads it. */
  shell(service: Keeper, script: string) {
    return converse(this.#stack, ['exec', '-T', service, 'sh', '-euc', script]);
  }

  /** The same in a container of its own, with the volumes of a server that does not run. @param file its input */
  shellAlone(service: Keeper, script: string, file = '/dev/null') {
    const words = ['run', '--rm', '-T', '--no-deps', '--entrypoint', 'sh', service, '-euc', script];
    return compose(this.#stack, words, { detached: true, stdin: { file } });
  }

  /** Leaves nothing of this behind but volumes. */
  async end(): Promise<void> {
    if (!this.#aside) return;
    await composeOrThrow(this.#stack, ['down', '--remove-orphans']);
    rmSync(this.#aside, { recursive: true, force: true });
  }
}

/** What has no part in what is kept: without it, less has to be there. */
function alone(settings: Settings): Settings {
  return { ...settings, DOCKER_NETWORK: undefined, PROXY: 'none', TLS: 'off', APP_REPLICAS: 1 };
}

/** Beside what a stack reads: its certificates may be what a restore has to put. */
function asideOf(project: Project): Project {
  const { state, build } = draftOf(project);
  return { ...project, state, build, run: join(state, 'run'), certs: join(state, 'certs') };
}

/** Whether a volume of a Compose project is there. */
export async function hasVolume(project: string, volume: string): Promise<boolean> {
  const { failed } = await execa('docker', ['volume', 'inspect', `${project}_${volume}`], {
    reject: false,
    stdin: 'ignore',
  });
  return !failed;
}
