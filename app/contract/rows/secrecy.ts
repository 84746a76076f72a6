import { strict as assert } from 'node:assert';
import { bearer, knock } from '../clients.js';
import { profiles } from '../profiles.js';
import type { Row } from '../row.js';

const names = Object.keys(profiles) as (keyof typeof profiles)[];
const needsOf = { usual: [], tight: ['settings'], replicas: ['replicas'] } as const;

/** They come last: every token that the rows before have used is looked for. */
export const secrecyRows: readonly Row[] = names.map((profile) => ({
  id: `secrecy-${profile}`,
  name: `no token and no secret of the whole run stands in a log, in another file of the state, or in the process list (${profile} settings)`,
  needs: ['logs', ...needsOf[profile]],
  profile,
  pace: 'last',
  run: async (site) => {
    const { claims } = site.newcomer();
    await (await site.connect(`/ws?token=${site.token(claims)}`, site.token(claims))).end();
    // Refusals and errors are what gets logged.
    const refused = site.token(claims, { secret: 'of another installation' });
    const headers = { ...bearer(refused), Referer: `${site.pageUrl}/?token=${refused}` };
    for (const path of ['/ws?token=', '/ws?%74oken%3d', '/ws/', '/ws%3Ftoken=', '/', '/?TOKEN='])
      await knock(site, path + refused, headers);
    assert.deepEqual(await site.leaks(), []);
  },
}));
