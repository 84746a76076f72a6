import { Listr, type ListrTask } from 'listr2';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { certbotImageOf, ensureCertbotImage } from '../containers/certbot-image.js';
import { Remote } from '../remote/remote.js';
import { checkLook, warningsOf } from './check-look.js';
import { checkNames } from './check-names.js';
import * as commands from './commands.js';
import { Host } from './host.js';
import { sendImages, type Wanted } from './image.js';
import type { Journal, TouchingStep } from './journal.js';
import { type Held, takeLock } from './lock.js';
import { type Look, lookAt, settingsAt } from './look.js';
import { looksText, planText } from './plan-text.js';
import { appModel, prepareRelease } from './prepare.js';
import { timedProgress } from './progress.js';
import { toPrune } from './prune.js';
import { putInOrder } from './put-in-order.js';
import { type RollOut, rollOut } from './roll-out.js';
import { releaseId } from './site.js';
import { targetOf } from './target.js';

export interface Journey {
  readonly host: string;
  /** Configuration file of ssh. */
  readonly config: string | undefined;
  /** Folder there. */
  readonly path: string;
  /** Who goes, for the log of the host. */
  readonly by: string;
  /** A new release; absent: back to one that is there. */
  readonly deploy?: { readonly wanted: Wanted; readonly given: Readonly<Record<string, string>> };
  /** For a rollback: which one; absent: the one before. */
  readonly to?: string | undefined;
  readonly full: boolean;
  readonly dryRun: boolean;
}

/** How a journey ended. */
export interface Arrival {
  readonly release: string;
  readonly from: string | undefined;
  /** What each step took, in seconds. */
  readonly steps: readonly { readonly title: string; readonly seconds: number }[];
  /** For the operator, in the end of a dry run. */
  readonly text?: string;
}

/**
 * Goes from the release that serves to another one, so that no client notices; what fails on the way leaves the host as
 * it was.
 * @throws HermesError that names the step and what was wrong
 */
export async function go(journey: Journey, interrupted: AbortSignal): Promise<Arrival> {
  const remote = await Remote.connect({ host: journey.host, config: journey.config });
  try {
    return await new Going(journey, remote, interrupted).run();
  } finally {
    await remote.close();
  }
}

type Task = ListrTask<unknown, never, never>;

class Going {
  readonly #journey: Journey;
  readonly #remote: Remote;
  readonly #interrupted: AbortSignal;
  readonly #began = performance.now();
  readonly #steps: { title: string; seconds: number }[] = [];
  #look: Look | undefined;
  #held: Held | undefined;
  #journal: Journal | undefined;
  #plan: RollOut | undefined;
  #id = '';
  #project = '';

  constructor(journey: Journey, remote: Remote, interrupted: AbortSignal) {
    this.#journey = journey;
    this.#remote = remote;
    this.#interrupted = interrupted;
  }

  async run(): Promise<Arrival> {
    const look = await this.#lookTask();
    if (this.#journey.dryRun)
      return {
        release: this.#id,
        from: look.current,
        steps: [],
        text: planText(look, this.#journey, this.#id),
      };
    try {
      await this.#touch();
    } catch (error) {
      throw await this.#failed(error);
    } finally {
      await this.#held?.release();
    }
    return { release: this.#id, from: this.#plan?.from?.id, steps: this.#steps };
  }

  /** Looks, and refuses what cannot be; nothing is touched. */
  async #lookTask(): Promise<Look> {
    await this.#list([
      {
        title: 'Look',
        task: async (_, task) => {
          const look = await lookAt(this.#remote, this.#journey.path);
          this.#take(look);
          await this.#warn(look);
          task.title = `Look: ${looksText(look)}`;
        },
      },
    ]);
    return this.#found();
  }

  /** What the operator should know, and nothing that a deploy would fail by. */
  async #warn(look: Look): Promise<void> {
    const { DOMAIN } = settingsAt(look, this.#journey.deploy?.given ?? {}).settings;
    const lines = [...warningsOf(look), ...(await checkNames(DOMAIN, look.addresses))];
    for (const line of lines) process.stderr.write(`${line}\n`);
  }

  /** Makes use of what was found. */
  #take(look: Look): void {
    const { deploy, to } = this.#journey;
    this.#look = look;
    if (deploy) {
      const loaded = settingsAt(look, deploy.given);
      checkLook(look, loaded);
      this.#id ||= releaseId(new Date(), deploy.wanted.image);
      this.#project = loaded.settings.COMPOSE_PROJECT;
    } else if (!look.journal) {
      this.#id = targetOf(look, to).id;
      this.#project = targetOf(look, to).project;
    }
  }

  async #touch(): Promise<void> {
    const { deploy, path } = this.#journey;
    await this.#list([
      {
        title: 'Lock',
        task: async () => {
          this.#held = await takeLock(this.#remote, this.#found().root, this.#journey.by);
          // What was found may have changed until the lock was ours.
          this.#take(await lookAt(this.#remote, path));
        },
      },
      {
        title: 'Put in order what is left of an earlier one',
        skip: () => this.#found().journal === undefined,
        task: async (_, task) => {
          const { journal, releases } = this.#found();
          if (journal) task.title = await putInOrder(this.#host(), journal, releases);
          this.#take(await lookAt(this.#remote, path));
        },
      },
      ...(deploy ? this.#releaseTasks(deploy) : [this.#rollbackTask()]),
      ...rollOut(() => this.#planned()).map(
        ({ name, title, run }): Task => ({
          title,
          task: async (_, task) => {
            await this.#write(name);
            // From the drain on, the way leads on only.
            const host = name === 'drain' || name === 'record' ? this.#host().unhurried() : this.#host();
            task.title = `${title}: ${await run(host)}`;
            if (name !== 'record') return;
            await this.#end('ok');
            await this.#prune();
          },
        }),
      ),
    ]);
  }

  #releaseTasks({ wanted, given }: NonNullable<Journey['deploy']>): Task[] {
    return [
      {
        title: 'Image',
        task: async (_, task) => {
          const { settings } = settingsAt(this.#found(), given);
          const certbot = settings.TLS === 'letsencrypt' ? [certbotImageOf(wanted.image, settings)] : [];
          const missing = [wanted.image, ...certbot].filter((one) => !this.#found().images.has(one));
          if (missing.length === 0) {
            task.title = `Image: ${wanted.image} is there`;
            return;
          }
          await wanted.build(this.#signal());
          if (certbot.length > 0)
            await ensureCertbotImage(projectRoot, wanted.image, settings, this.#signal());
          await sendImages(this.#remote, missing, this.#signal());
          task.title = `Image: ${missing.join(' and ')} sent`;
        },
      },
      {
        title: 'Release',
        task: async (_, task) => {
          await this.#write('prepare');
          const request = { id: this.#id, image: wanted.image, by: this.#journey.by, given };
          const { release, app } = await prepareRelease(this.#host(), this.#found().user, request);
          this.#plan = { release, app, ...this.#fromHere() };
          task.title = `Release: ${this.#id}, settings ${release.checksum}`;
        },
      },
    ];
  }

  #rollbackTask(): Task {
    return {
      title: 'Release',
      task: async (_, task) => {
        const look = this.#found();
        const release = targetOf(look, this.#journey.to);
        const app = await appModel(this.#host(), release.id);
        this.#plan = { release, app, ...this.#fromHere() };
        this.#id = release.id;
        this.#project = release.project;
        task.title = `Release: back to ${release.id}`;
      },
    };
  }

  #fromHere(): Pick<RollOut, 'from' | 'full' | 'settles'> {
    const { releases, current } = this.#found();
    return {
      from: releases.find(({ id }) => id === current),
      full: this.#journey.full,
      settles: this.#journey.deploy !== undefined,
    };
  }

  async #write(step: TouchingStep): Promise<void> {
    const { current } = this.#found();
    this.#journal = {
      what: this.#journey.deploy ? 'deploy' : 'rollback',
      release: this.#id,
      from: current,
      project: this.#project,
      step,
      by: this.#journey.by,
      since: this.#journal?.since ?? new Date().toISOString(),
    };
    const host = step === 'record' ? this.#host().unhurried() : this.#host();
    await host.step(commands.journal(host.root, this.#journal));
  }

  async #end(result: string): Promise<void> {
    const { root } = this.#found();
    const { what, release, from, by } = this.#journal ?? {};
    const seconds = Math.round((performance.now() - this.#began) / 1_000);
    const entry = { at: new Date().toISOString(), by, what, release, from, result, seconds };
    await this.#host()
      .unhurried()
      .step(`${commands.audit(root, entry)}\n${commands.journal(root, undefined)}`);
    this.#journal = undefined;
  }

  /** It is in nobody's way if this fails. */
  async #prune(): Promise<void> {
    const { release, from } = this.#planned();
    const others = this.#found().releases.filter(({ id }) => id !== release.id);
    const going = toPrune([...others, release], [release.id, from?.id]);
    await this.#host()
      .step(commands.prune(this.#found().root, going))
      .catch(() => {});
  }

  /** @returns what to tell of a failure, after what could be done about it */
  async #failed(error: unknown): Promise<unknown> {
    const journal = this.#journal;
    const step = this.#steps.at(-1)?.title ?? '';
    if (!journal) return error;
    if (this.#remote.lost.aborted || this.#held?.lost.aborted) return error;
    const host = this.#host().unhurried();
    if (!this.#interrupted.aborted) {
      const lines = await host
        .step(commands.lastLogs({ id: this.#id, project: this.#project }))
        .catch(() => '');
      if (lines.trim() !== '') process.stderr.write(`${lines.trim()}\n`);
    }
    const after = await putInOrder(host, journal, [
      ...this.#found().releases,
      ...(this.#plan ? [this.#plan.release] : []),
    ]).catch((fault: unknown) => `it could not be put in order either: ${messageOf(fault)}; run this again`);
    return new HermesError('deploy-failed', `${step || journal.step}: ${messageOf(error)}`, after);
  }

  #list(tasks: readonly Task[]): Promise<unknown> {
    const timed = tasks.map(
      (one): Task => ({
        ...one,
        task: async (context, task) => {
          const entry = { title: String(one.title), seconds: 0 };
          const began = performance.now();
          this.#steps.push(entry);
          try {
            await one.task(context, task);
          } finally {
            entry.seconds = (performance.now() - began) / 1_000;
          }
        },
      }),
    );
    return new Listr(timed as never, timedProgress as never).run();
  }

  #host(): Host {
    return new Host(this.#remote, this.#found().root, this.#signal());
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#interrupted, this.#remote.lost, ...(this.#held ? [this.#held.lost] : [])]);
  }

  #found(): Look {
    if (!this.#look) throw new Error('nobody has looked yet');
    return this.#look;
  }

  #planned(): RollOut {
    if (!this.#plan) throw new Error('there is no plan yet');
    return this.#plan;
  }
}
