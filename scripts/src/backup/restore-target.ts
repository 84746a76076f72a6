import { HermesError } from '../../../app/src/errors.js';
import type { Loaded } from '../../../app/src/settings/load.js';
import type { Project } from '../project.js';
import type { Change } from './change.js';
import { ContainerChange } from './containers/container-change.js';
import { RedisChange } from './containers/redis.js';
import type { ContainerSession } from './containers/session.js';
import { containersToRestore } from './containers/where.js';
import type { PartName } from './format.js';
import type { Unpacked } from './unpack.js';

export interface RestoreWork {
  /** Folder that the backup was unpacked to. */
  readonly draft: string;
  readonly unpacked: Unpacked;
  readonly signal: AbortSignal;
}

/** Where the parts of a backup go. */
export interface RestoreTarget {
  /** Parts for this host; the others are for containers. */
  readonly here: readonly PartName[];
  /** Each thing in containers that would be replaced, in words. */
  occupied(): Promise<string[]>;
  /** Makes ready what is for containers. */
  prepare(): Promise<Change[]>;
  /** Leaves no container behind that was not there. */
  end(): Promise<void>;
}

/** Parts that containers keep, where there are any. */
const kept: readonly PartName[] = ['data', 'mongodb', 'redis'];

/** @throws HermesError `mongo-uri-missing`, `redis-missing`, and why no container can be had */
export async function targetOf(project: Project, loaded: Loaded, work: RestoreWork): Promise<RestoreTarget> {
  const { parts } = work.unpacked.manifest;
  const session = parts.some((part) => kept.includes(part))
    ? await containersToRestore(project, loaded, work.signal)
    : undefined;
  const keeps = (keeper: 'mongo' | 'redis') => session?.keepers.includes(keeper) ?? false;
  if (parts.includes('mongodb') && !keeps('mongo') && !loaded.settings.MONGO_URI) throw noMongo();
  if (parts.includes('redis') && !keeps('redis')) throw noRedis();
  const there = parts.filter(
    (part) => session && kept.includes(part) && (part !== 'mongodb' || keeps('mongo')),
  );
  const here = parts.filter((part) => !there.includes(part));
  return session && there.length > 0 ? new ContainerTarget(session, here, there, work) : onThisHost(here);
}

const onThisHost = (here: readonly PartName[]): RestoreTarget => ({
  here,
  occupied: async () => [],
  prepare: async () => [],
  end: async () => {},
});

class ContainerTarget implements RestoreTarget {
  readonly here: readonly PartName[];
  readonly #session: ContainerSession;
  readonly #work: RestoreWork;
  /** By the program in the app's container. */
  readonly #sent: readonly PartName[];
  readonly #redis: RedisChange | undefined;
  #change: ContainerChange | undefined;

  constructor(
    session: ContainerSession,
    here: readonly PartName[],
    there: readonly PartName[],
    work: RestoreWork,
  ) {
    this.here = here;
    this.#session = session;
    this.#work = work;
    this.#sent = there.filter((part) => part !== 'redis');
    this.#redis = there.includes('redis') ? new RedisChange(session) : undefined;
  }

  async occupied(): Promise<string[]> {
    const { draft, unpacked } = this.#work;
    if (this.#sent.length > 0) {
      await this.#session.start(this.#sent.includes('mongodb') ? ['mongo'] : []);
      this.#change = await ContainerChange.send(this.#session, draft, this.#sent, unpacked.entries);
    }
    return [...((await this.#change?.occupied()) ?? []), ...((await this.#redis?.occupied()) ?? [])];
  }

  async prepare(): Promise<Change[]> {
    await this.#change?.prepare();
    await this.#redis?.prepare(this.#work.draft);
    return [this.#change, this.#redis].filter((change) => change !== undefined);
  }

  async end(): Promise<void> {
    await this.#change?.end();
    await this.#session.end();
  }
}

function noMongo(): HermesError {
  return new HermesError(
    'mongo-uri-missing',
    'this backup holds data of MongoDB, and MONGO_URI is not set',
    'say where it goes: MONGO_URI=mongodb://…, or in containers SERVICES=mongo',
  );
}

function noRedis(): HermesError {
  return new HermesError(
    'redis-missing',
    'this backup holds data of the Redis of a stack in containers, and there is none to take it',
    'restore it there: ENGINE=docker, and add redis to SERVICES',
  );
}
