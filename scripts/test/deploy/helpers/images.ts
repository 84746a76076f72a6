import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from '../../compose/helpers/docker.js';
import { image } from '../../compose/helpers/engine.js';

/** Three releases of one checkout, by the names of their images. */
export interface Images {
  readonly a: string;
  readonly b: string;
  /** Its health page is fine, and every upgrade is answered by 500. */
  readonly broken: string;
}

const preload = `import { Server } from 'node:http';
const on = Server.prototype.on;
Server.prototype.on = function (name, listener) {
  const refuse = (_, socket) => socket.end('HTTP/1.1 500 Internal Server Error\\r\\nContent-Length: 0\\r\\n\\r\\n');
  return on.call(this, name, name === 'upgrade' ? refuse : listener);
};
`;

/** Under names of this process, which other tests beside it do not use. */
export async function makeImages(): Promise<Images> {
  const base = await image();
  const [a, b, broken] = ['a', 'b', 'broken'].map((name) => `${base}-test-${process.pid}-${name}`) as [
    string,
    string,
    string,
  ];
  const folder = mkdtempSync(join(tmpdir(), 'hermes-images-'));
  try {
    writeFileSync(join(folder, 'a'), `FROM ${base}\nLABEL monitor-hermes.test=a\n`);
    writeFileSync(join(folder, 'b'), `FROM ${base}\nLABEL monitor-hermes.test=b\n`);
    writeFileSync(join(folder, 'refuse.mjs'), preload);
    writeFileSync(
      join(folder, 'broken'),
      `FROM ${base}\nCOPY --chmod=644 refuse.mjs /srv/hermes/refuse.mjs\nENV NODE_OPTIONS=--import=/srv/hermes/refuse.mjs\n`,
    );
    for (const [file, name] of Object.entries({ a, b, broken }))
      await docker('build', '--quiet', '--file', join(folder, file), '--tag', name, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { a, b, broken };
}

/** What is left of them: a deploy takes away the images of old releases. */
export async function removeImages({ a, b, broken }: Images): Promise<void> {
  await docker('image', 'rm', '--force', a, b, broken);
}
