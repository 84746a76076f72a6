import type { Settings } from '../../../app/src/settings/table.js';
import { inside } from '../containers/inside.js';
import { canForward, type Forwarded, forward } from '../remote/forward.js';
import type { Remote } from '../remote/remote.js';
import { endpointOf } from '../stack/endpoint.js';
import type { Ways } from './check-hops.js';
import { type Findings, fault, joined, note } from './findings.js';
import type { SiteFiles } from './site-script.js';

/** The ways to a site that could be led here, and what is to be said of those that could not. */
export interface OpenWays {
  readonly front?: NonNullable<Ways['front']>;
  readonly straight: Ways['straight'];
  readonly closed: Findings;
}

/** Leads the ports of a site here by ssh, for as long as something is done with them: its proxy's, and each app's. */
export async function withWays<T>(
  remote: Remote,
  settings: Settings,
  { apps }: Pick<SiteFiles, 'apps'>,
  action: (ways: OpenWays) => Promise<T>,
): Promise<T> {
  const open: Forwarded[] = [];
  const lead = async (address: string, port: number): Promise<Forwarded | undefined> => {
    if (!(await canForward(remote, address, port))) return undefined;
    const way = await forward(remote, address, port);
    open.push(way);
    return way;
  };
  const { port } = endpointOf(settings);
  const name = `through ${settings.PROXY}`;
  try {
    const front = await lead('127.0.0.1', port);
    const led = apps.map(async ({ name, address }) => {
      const way = await lead(address, inside.ports.app);
      const shown = `${address}:${inside.ports.app}`;
      return way ? [{ name: `straight to ${name}`, address: way.address, port: way.port, shown }] : [];
    });
    const straight = (await Promise.all(led)).flat();
    return await action({
      straight,
      closed: closedOf({ name, port, front: front !== undefined, straight: straight.length > 0 }),
      ...(front && {
        front: { name, addresses: [front.address], port: front.port, shown: `port ${port}`, fix: 'make up' },
      }),
    });
  } finally {
    for (const way of open) way.close();
  }
}

/** Who reaches the app by ssh would reach the proxy, too. */
function closedOf(found: { name: string; port: number; front: boolean; straight: boolean }): Findings {
  if (found.front) return joined([]);
  if (found.straight)
    return fault('PORT_CLOSED', `${found.name}: nothing listens on port ${found.port} there`);
  return note(
    `no port of the host can be led here (AllowTcpForwarding), so no socket was opened: make doctor URL=wss://… does that from outside`,
  );
}
