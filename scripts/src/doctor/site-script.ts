import { parse } from 'dotenv';
import { parseLook, questionScript } from '../deploy/look-script.js';
import { lastLine } from '../last-line.js';
import { quoted } from '../remote/quoted.js';
import type { NginxFiles } from './check-limits.js';

/** What a deploy does not ask about a host, and the doctor does. */
export interface SiteFiles {
  /** Settings of the release that serves. */
  readonly settings: Readonly<Record<string, string>>;
  /** PEM of the certificate in use and its issuers, and of what to verify it against; empty where there is none. */
  readonly fullchain: string;
  readonly chain: string;
  /** Modes of the files that hold the private key, such as `600`, by their name. */
  readonly modes: Readonly<Record<string, string>>;
  /** PEM of the public half of the private key, which itself stays there; empty where it cannot be read. */
  readonly publicKey: string;
  /** `certs/renewals.json`. */
  readonly renewals: string;
  readonly nginx: NginxFiles;
  /** Of each container: its Compose service, and what its last health check said. */
  readonly health: Readonly<Record<string, { readonly service: string; readonly said: string }>>;
  /** Addresses of the app's containers that run, as the host reaches them, by their name. */
  readonly apps: readonly { readonly name: string; readonly address: string }[];
}

/** @param path of the installation @param name of the certificate in use @param release that serves */
export function siteScript(path: string, name: string, release: string): string {
  const live = `"$root"/certs/live/${quoted(name)}`;
  const ofRelease = `--filter ${quoted(`label=monitor-hermes.release=${release}`)} --filter "label=monitor-hermes.folder=$root"`;
  const each = `{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}`;
  const health = `{{.Name}}\t{{index .Config.Labels "com.docker.compose.service"}}\t{{json .State.Health}}`;
  return questionScript(path, {
    settings: 'cat "$root/current/.env"',
    fullchain: `cat ${live}/fullchain.pem`,
    chain: `cat ${live}/chain.pem`,
    modes: `stat -L -c '%a %n' ${live}/privkey.pem ${live}/tls.pem`,
    key: `openssl pkey -in ${live}/privkey.pem -pubout`,
    renewals: 'cat "$root/certs/renewals.json"',
    nginx: 'cat "$root/proxy/nginx/current/nginx.conf"',
    websocket: 'cat "$root/proxy/nginx/current/snippets/proxy/websocket.conf"',
    health: `docker ps --all --quiet --filter "label=monitor-hermes.folder=$root" | xargs docker inspect --format ${quoted(health)}`,
    apps: `docker ps --quiet ${ofRelease} | xargs docker inspect --format ${quoted(each)}`,
  });
}

export function readSite(text: string): SiteFiles {
  const answers = parseLook(text);
  const get = (name: string) => answers[name] ?? '';
  const lines = (name: string) => get(name).split('\n').filter(Boolean);
  return {
    settings: parse(get('settings')),
    fullchain: get('fullchain'),
    chain: get('chain'),
    modes: Object.fromEntries(
      lines('modes').map((line) => {
        const [mode = '', ...name] = line.split(' ');
        return [name.join(' '), mode];
      }),
    ),
    publicKey: get('key'),
    renewals: get('renewals'),
    nginx: { main: get('nginx') || undefined, websocket: get('websocket') || undefined },
    health: Object.fromEntries(
      lines('health').map((line) => {
        const [name = '', service = '', health = ''] = line.split('\t');
        return [name.replace(/^\//, ''), { service, said: lastLine(saidLast(health)) }];
      }),
    ),
    apps: lines('apps').flatMap((line) => {
      const [name = '', address] = line.split(/\s+/);
      return address ? [{ name: name.replace(/^\//, ''), address }] : [];
    }),
  };
}

/** @param health as Docker has it in JSON; `null` where there is no check */
const saidLast = (health: string): string => JSON.parse(health || 'null')?.Log?.at(-1)?.Output ?? '';
