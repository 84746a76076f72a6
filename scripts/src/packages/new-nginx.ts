import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { parseNginxVersion } from '../render/nginx.js';
import { atLeast } from '../render/version.js';
import { unpackDebianPackage } from './debian-suite.js';
import { findExecutable } from './find.js';
import { keptFolder } from './kept-folder.js';
import { tools } from './tools.js';

/** An nginx that is started by its path. */
export interface NginxBinary {
  readonly path: string;
  /** What its environment must have besides. */
  readonly env: Readonly<Record<string, string>>;
  /** Such as `1.30.6`. */
  readonly version: string;
  /** Of the OpenSSL that it runs with, such as `3.6.5`. */
  readonly opensslVersion: string;
}

/** The oldest that counts as new: it has `http2 on` (1.25.1) and `ssl_certificate_cache` (1.27.4). */
const wanted = '1.28.0';

let found: Promise<NginxBinary | undefined> | undefined;

/**
 * A newer nginx than most systems have: the one that NGINX_NEW names, else the system's own if it is new enough, else
 * Debian sid's, unpacked into the user's cache with all its libraries. Undefined, with the reason on standard error,
 * where none can be had.
 * @throws Error where NGINX_NEW is none or too old
 */
export function newNginx(): Promise<NginxBinary | undefined> {
  const named = process.env.NGINX_NEW;
  if (named) return identify(named).then(newEnough);
  found ??= find().catch((error) => {
    process.stderr.write(
      `\n!!! no nginx ${wanted} or newer, so what needs one is SKIPPED; set NGINX_NEW to one\n!!! ${error}\n\n`,
    );
    return undefined;
  });
  return found;
}

async function find(): Promise<NginxBinary> {
  const own = findExecutable('nginx', tools.nginx.paths);
  const system = own && (await identify(own));
  if (system && atLeast(system.version, wanted)) return system;
  return newEnough(await identify(join(await keptFolder('nginx-new', unpack), 'nginx')));
}

async function identify(path: string): Promise<NginxBinary> {
  const { stderr } = await execa(path, ['-V']);
  const { nginxVersion, opensslVersion } = parseNginxVersion(stderr);
  return { path, env: {}, version: nginxVersion, opensslVersion };
}

function newEnough(nginx: NginxBinary): NginxBinary {
  if (atLeast(nginx.version, wanted)) return nginx;
  throw new Error(`${nginx.path} is ${nginx.version}`);
}

/** Its own loader runs it, because the system's C library is too old for it. `exec`: the process is nginx itself. */
async function unpack(folder: string): Promise<void> {
  await unpackDebianPackage({ suite: 'sid', name: 'nginx', closure: true }, folder);
  const libraries = readdirSync(join(folder, 'root/usr/lib')).find((name) => name.includes('-linux-gnu'));
  const loader = readdirSync(join(folder, `root/usr/lib/${libraries}`)).find((name) =>
    name.startsWith('ld-linux'),
  );
  const script = [
    '#!/bin/sh',
    'here=$(dirname "$(readlink -f "$0")")/root/usr',
    `exec "$here/lib/${libraries}/${loader}" --library-path "$here/lib/${libraries}" --argv0 nginx "$here/sbin/nginx" "$@"`,
  ];
  writeFileSync(join(folder, 'nginx'), `${script.join('\n')}\n`, { mode: 0o755 });
}
