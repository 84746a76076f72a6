import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../../app/test/helpers/wait.js';
import { ensureTool } from '../../../src/packages/install.js';
import { accepts, freePorts } from '../../render/helpers/ports.js';

/** An nginx that is not the kit's: one `server`, with whatever somebody wrote into it. */
export interface OwnNginx {
  readonly port: number;
  /** What it has written to its error log. */
  readonly log: () => string;
  /** Puts another `server` in its place. */
  reload(server: string): Promise<void>;
  stop(): Promise<void>;
}

/** @param server content of the `server` block, without `listen` @param listen more words of `listen` */
export async function startOwnNginx(server: string, listen = ''): Promise<OwnNginx> {
  const [port = 0] = await freePorts(1);
  const nginx = await ensureTool('nginx', () => {});
  const folder = mkdtempSync(join(tmpdir(), 'hermes-own-nginx-'));
  const errors = join(folder, 'error.log');
  const run = async (content: string) => {
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, configuration(folder, `listen 127.0.0.1:${port} ${listen};\n${content}`));
    const child = spawn(nginx, ['-p', folder, '-e', errors, '-c', file, '-g', 'daemon off;'], {
      stdio: 'ignore',
    });
    await until(
      () => accepts(port),
      () => `nginx to listen; it says ${readFileSync(errors, 'utf8')}`,
    );
    return child;
  };
  let child = await run(server);
  const end = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  return {
    port,
    log: () => readFileSync(errors, 'utf8'),
    reload: async (content) => {
      await end();
      child = await run(content);
    },
    stop: async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, server: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    pid ${folder}/nginx.pid;
    events {}
    http {
      access_log off;
      ${paths.map((path) => `${path}_temp_path ${folder}/${path};`).join('\n')}
      server { ${server} }
    }`;
}
