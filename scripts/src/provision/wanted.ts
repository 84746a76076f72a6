import { readFileSync } from 'node:fs';
import { HermesError, messageOf } from '../../../app/src/errors.js';

/** What a host is to have. */
export interface Wanted {
  /** The user who deploys. */
  readonly user: string;
  /** Line of its `authorized_keys`. */
  readonly key: string;
  /** Folder of the installation; from the home of that user, unless it begins with `/`. */
  readonly folder: string;
}

/** @throws HermesError `bad-user` */
export function deployUser(name: string): string {
  if (/^[a-z_][a-z0-9_-]{0,30}$/.test(name) && name !== 'root') return name;
  throw new HermesError(
    'bad-user',
    `DEPLOY_USER=${name} cannot be the user who deploys`,
    'take a name of lower-case letters, digits, - and _, and not root',
  );
}

/** The kinds that OpenSSH makes; keys of DSA are refused by it. */
const publicKey =
  /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+|sk-[\w-]+@openssh\.com) [A-Za-z0-9+/]+=*(?: [^\n]*)?$/;

/** @throws HermesError `key-unreadable`, `key-private`, `key-bad` */
export function publicKeyIn(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const hint = 'name the public key of who deploys: KEY=~/.ssh/id_ed25519.pub';
    throw new HermesError('key-unreadable', `${path}: ${messageOf(error)}`, hint);
  }
  if (text.includes('PRIVATE KEY'))
    throw new HermesError(
      'key-private',
      `${path} is a private key, which stays where it is`,
      `try ${path}.pub`,
    );
  if (publicKey.test(text)) return text;
  throw new HermesError(
    'key-bad',
    `${path} is not one public key of OpenSSH`,
    'make one: ssh-keygen -t ed25519',
  );
}
