import { X509Certificate } from 'node:crypto';
import { parse } from 'dotenv';
import type { Loaded } from '../../../app/src/settings/load.js';
import { loadSettings } from '../../../app/src/settings/load.js';
import type { Remote } from '../remote/remote.js';
import { firstSettings } from './deployable.js';
import { type Journal, parseJournal } from './journal.js';
import { lookScript, parseLook } from './look-script.js';
import type { Release } from './release.js';

/** A host as it was found. */
export interface Look {
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number };
  /** Folder of the installation there, absolute. */
  readonly root: string;
  /** Seconds by which its clock is ahead of ours. */
  readonly clockAhead: number;
  readonly engine: string;
  readonly compose: string;
  /** MiB that are free, where the installation is and where the engine keeps images; undefined where nobody knows. */
  readonly free: { readonly root: number | undefined; readonly engine: number | undefined };
  readonly writable: boolean;
  /** Whether there is a `.env`; and its mode, such as `600`. */
  readonly env: string | undefined;
  readonly envMode: string;
  readonly current: string | undefined;
  readonly previous: string | undefined;
  /** The oldest first. */
  readonly releases: readonly Release[];
  readonly journal: Journal | undefined;
  /** Who deploys at this moment, as it was written down. */
  readonly holder: string | undefined;
  readonly certificates: readonly { readonly subject: string; readonly daysLeft: number }[];
  readonly containers: readonly {
    readonly name: string;
    readonly state: string;
    readonly status: string;
    readonly image: string;
    readonly release: string;
  }[];
  /** Compose projects that have containers, and whose they are. */
  readonly projects: readonly { readonly name: string; readonly folder: string }[];
  readonly images: ReadonlySet<string>;
  readonly listening: ReadonlySet<number>;
  readonly addresses: readonly string[];
}

/** Looks at a host, and touches nothing. */
export async function lookAt(remote: Remote, path: string): Promise<Look> {
  return readLook(parseLook(await remote.text(lookScript(path))), new Date());
}

export function readLook(answers: Readonly<Record<string, string>>, now: Date): Look {
  const get = (name: string) => answers[name] ?? '';
  const lines = (name: string) => get(name).split('\n').filter(Boolean);
  const [name = '', uid = '', gid = ''] = lines('user');
  const columns = (text: string) => text.split('\t');
  return {
    user: { name, uid: Number(uid), gid: Number(gid) },
    root: get('root'),
    clockAhead: Math.round(Number(get('clock')) - now.getTime() / 1_000),
    engine: get('engine'),
    compose: get('compose'),
    free: { root: freeOf(get('disk')), engine: freeOf(get('engine-disk')) },
    writable: get('writable') === 'yes',
    env: get('env') || undefined,
    envMode: get('env-mode'),
    current: get('current') || undefined,
    previous: get('previous') || undefined,
    releases: releasesOf(get('releases')),
    journal: parseJournal(get('journal')),
    holder: get('holder') || undefined,
    certificates: certificatesOf(get('certificates'), now),
    containers: lines('containers').map((line) => {
      const [name = '', state = '', status = '', image = '', release = ''] = columns(line);
      return { name, state, status, image, release };
    }),
    projects: lines('projects').map((line) => {
      const [name = '', folder = ''] = columns(line);
      return { name, folder };
    }),
    images: new Set(lines('images')),
    listening: new Set(lines('listening').map((line) => Number.parseInt(line.split(':')[1] ?? '', 16))),
    addresses: get('addresses').split(/\s+/).filter(Boolean),
  };
}

/** The settings that a host has, or will have after its first deploy; without the secrets that are made there. */
export function settingsAt({ env }: Pick<Look, 'env'>, given: Readonly<Record<string, string>>): Loaded {
  const there = env === undefined ? firstSettings : parse(env);
  return loadSettings({ commandLine: given, environment: there, folder: '/nonexistent' });
}

/** Of a line of `df -Pm`. */
const freeOf = (line: string) => {
  const free = Number(line.split(/\s+/)[3]);
  return Number.isFinite(free) && line !== '' ? free : undefined;
};

function releasesOf(text: string): Release[] {
  // One object after the other, each as `JSON.stringify` indents it.
  return text
    .split(/(?<=^\})\n/m)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(part));
}

function certificatesOf(text: string, now: Date) {
  const leaves = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return leaves
    .map((pem) => new X509Certificate(pem))
    .filter(({ ca }) => !ca)
    .map((one) => ({
      subject: (one.subjectAltName ?? one.subject).replaceAll('DNS:', ''),
      daysLeft: Math.floor((new Date(one.validTo).getTime() - now.getTime()) / 86_400_000),
    }));
}
