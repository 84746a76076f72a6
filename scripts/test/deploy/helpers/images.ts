import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from '../../compose/helpers/docker.js';
import { image } from '../../compose/helpers/engine.js';

/** Releases of one checkout, by the names of their images. */
export interface Images {
  readonly a: string;
  readonly b: string;
  /** Its health page is fine, and every upgrade is answered by 500. */
  readonly broken: string;
  /** Its sockets are fine, and do not live through a silence: the server sends no ping. */
  readonly mute: string;
}

const refuseUpgrades = `import { Server } from 'node:http';
const on = Server.prototype.on;
Server.prototype.on = function (name, listener) {
  const refuse = (_, socket) => socket.end('HTTP/1.1 500 Internal Server Error\\r\\nContent-Length: 0\\r\\n\\r\\n');
  return on.call(this, name, name === 'upgrade' ? refuse : listener);
};
`;

/** `0x89` is the head of a ping (RFC 6455, 5.2); the library that sends it is in the app's own file. */
const sendNoPings = `import { Socket } from 'node:net';
const { write } = Socket.prototype;
Socket.prototype.write = function (data, ...more) {
  if (data?.[0] !== 0x89) return write.call(this, data, ...more);
  more.find((one) => typeof one === 'function')?.();
  return true;
};
`;

/** Under names of this process, which other tests beside it do not use. */
export async function makeImages(): Promise<Images> {
  const base = await image();
  const name = (one: keyof Images) => `${base}-test-${process.pid}-${one}`;
  const images: Images = { a: name('a'), b: name('b'), broken: name('broken'), mute: name('mute') };
  const differing: Readonly<Record<keyof Images, string>> = {
    a: 'LABEL monitor-hermes.test=a',
    b: 'LABEL monitor-hermes.test=b',
    broken: preloaded('refuse.mjs'),
    mute: preloaded('mute.mjs'),
  };
  const folder = mkdtempSync(join(tmpdir(), 'hermes-images-'));
  try {
    writeFileSync(join(folder, 'refuse.mjs'), refuseUpgrades);
    writeFileSync(join(folder, 'mute.mjs'), sendNoPings);
    for (const [one, lines] of Object.entries(differing)) {
      writeFileSync(join(folder, one), `FROM ${base}\n${lines}\n`);
      await docker(
        'build',
        '--quiet',
        '--file',
        join(folder, one),
        '--tag',
        name(one as keyof Images),
        folder,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return images;
}

const preloaded = (file: string) =>
  `COPY --chmod=644 ${file} /srv/hermes/${file}\nENV NODE_OPTIONS=--import=/srv/hermes/${file}`;

/** What is left of them: a deploy takes away the images of old releases. */
export async function removeImages(images: Images): Promise<void> {
  await docker('image', 'rm', '--force', ...Object.values(images));
}
