import { promises as dns } from 'node:dns';
import { loadSettings } from '../../../app/src/settings/load.js';
import { renderServices } from '../render/traefik-services.js';
import { lookAgain, say } from './look-again.js';

/*
 * A container beside Traefik that asks Docker's DNS server once a second where the instances of the app are, and writes
 * that for Traefik whenever it changes. Arguments: name and port of the app, folder of Traefik's configuration.
 */

const [, , name = 'app', port = '', folder = ''] = process.argv;
const { settings } = loadSettings();

await lookAgain(
  // Where there is no answer the last one stays: Traefik asks those servers itself whether they are ready.
  async () => {
    const addresses = await dns.resolve4(name);
    const upstreams = addresses.sort().map((address) => `${address}:${port}`);
    if (renderServices(settings, upstreams, folder)) say(`the app is at ${upstreams.join(', ')}`);
  },
  { well: 1_000, ill: 1_000 },
);
