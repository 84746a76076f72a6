import { promises as dns } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { loadSettings } from '../../../app/src/settings/load.js';
import { renderServices } from '../render/traefik-services.js';
import { lookAgain, say } from './look-again.js';

/*
 * A container beside Traefik that asks Docker's DNS server once a second where the instances of the app are, and writes
 * that for Traefik whenever it changes. Arguments: name of the app, or the path of a file with its name, which may change;
 * its port; folder of Traefik's configuration.
 */

const [, , name = 'app', port = '', folder = ''] = process.argv;
const { settings } = loadSettings();

await lookAgain(
  // Where there is no answer the last one stays: Traefik asks those servers itself whether they are ready.
  async () => {
    const followed = isAbsolute(name) ? readFileSync(name, 'utf8').trim() : name;
    const addresses = await dns.resolve4(followed);
    const upstreams = addresses.sort().map((address) => `${address}:${port}`);
    if (renderServices(settings, upstreams, folder)) say(`the app is at ${upstreams.join(', ')}`);
  },
  { well: 1_000, ill: 1_000 },
);
