import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { ask } from '../answer.js';
import { hermes, type Run, readStatus } from './hermes.js';
import { Site, type SiteRequest } from './site.js';

export interface Place {
  readonly folder: string;
  /** Settings that it was started with. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A stack that the command line has started on this host. */
export class Stack extends Site implements Place {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of the app itself: `http://127.0.0.1:port` where a proxy terminates TLS, else the same as `pageUrl`. */
  readonly innerUrl: string;
  readonly caFile: string;

  constructor({ folder, environment }: Place, socketUrl: string) {
    const env = parse(readFileSync(join(folder, '.env')));
    const caFile = join(folder, 'certs/ca/ca.pem');
    super({
      socketUrl,
      plainUrl: `http://${new URL(socketUrl).hostname}:${environment.HTTP_PORT}`,
      ca: readFileSync(caFile, 'utf8'),
      apiKey: env.SERVICE_API_KEY ?? '',
      jwtSecret: env.JWT_SECRET_KEY ?? '',
    });
    for (const secret of Object.values(env)) this.secrets.add(secret);
    this.folder = folder;
    this.environment = environment;
    this.innerUrl = environment.PROXY === 'none' ? this.pageUrl : `http://127.0.0.1:${environment.APP_PORT}`;
    this.caFile = caFile;
  }

  hermes(...args: string[]): Promise<Run> {
    return hermes(this.environment, args);
  }

  /** The process that runs under a name now, as `hermes status` tells. */
  async pid(name: 'app' | 'nginx' | 'traefik'): Promise<number> {
    const { processes } = await readStatus(this.environment);
    const { pid } = processes[name] ?? {};
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  }

  log(name: 'app' | 'nginx' | 'traefik'): string {
    return readFileSync(join(this.folder, `.hermes/logs/${name}.log`), 'utf8');
  }

  /** The app's metrics, as Prometheus reads them. */
  async metrics(): Promise<string> {
    const options: SiteRequest & { ca: string } = { ca: this.ca };
    return (await ask(this.innerUrl, '/metrics', options)).text;
  }
}
