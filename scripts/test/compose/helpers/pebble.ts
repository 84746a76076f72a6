import { type Pebble, startPebble } from '../../acme/helpers/pebble.js';
import type { ContainerStack } from './container-stack.js';
import { docker } from './docker.js';

/** A CA that containers reach, and that reaches what they publish. */
export interface ReachablePebble extends Pebble {
  /** Settings, as `KEY=value`, that make a stack ask it for a certificate of `domain`. */
  readonly settings: readonly string[];
  /** Its DNS leads every name to this host. */
  readonly domain: string;
  /** To connect to at `address`, under `domain`. */
  readonly address: string;
}

/**
 * The gateway of Docker's default bridge: an address of this host that every container with a way out reaches, and that
 * no other machine does.
 */
export function reachableAddress(): Promise<string> {
  return docker('network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}');
}

/**
 * Starts Pebble for a stack, on this host, where containers reach it.
 * @param options `resolver`: DNS server, as `host:port`, that it asks instead of its own
 */
export async function startReachablePebble(
  stack: ContainerStack,
  { domain = 'hermes.test', resolver }: { readonly domain?: string; readonly resolver?: string } = {},
): Promise<ReachablePebble> {
  const address = await reachableAddress();
  const pebble = await startPebble({
    httpPort: stack.one.ports.http,
    address,
    ...(resolver && { resolver }),
  });
  return {
    ...pebble,
    domain,
    address,
    settings: [
      'TLS=letsencrypt',
      'STAGE=dev',
      `DOMAIN=${domain}`,
      `ACME_DIRECTORY=${pebble.url}`,
      `ACME_CA_BUNDLE=${pebble.bundle}`,
      // As the world's DNS for the checks before the CA is asked.
      `ACME_RESOLVER=${resolver ?? pebble.dns}`,
    ],
  };
}
