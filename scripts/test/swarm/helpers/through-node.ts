import { ask } from '../../../../app/test/helpers/answer.js';
import type { TestClient } from '../../../../app/test/helpers/client.js';
import type { ContainerStack } from '../../compose/helpers/container-stack.js';
import type { FleetStack } from '../../compose/helpers/fleet.js';
import type { OwnEngine } from '../../containers/helpers/own-engine.js';

/** A stack as who comes through the proxy of one node sees it. */
export interface ThroughNode extends FleetStack {
  connect(): Promise<TestClient>;
}

/** The public name of the stack, which its certificate is for. */
const name = 'localhost';

export function throughNode({ one }: ContainerStack, { address }: OwnEngine): ThroughNode {
  const { https } = one.ports;
  const wss = { url: `wss://${address}:${https}`, host: name, ca: one.ca };
  const verified = { ca: one.ca, servername: name };
  return {
    one,
    wss,
    publish: (uplink) =>
      ask(`https://${address}:${https}`, '/messages', {
        ...verified,
        method: 'POST',
        body: JSON.stringify(uplink),
        headers: { Host: name, 'X-API-Key': one.secrets.SERVICE_API_KEY },
      }),
    connect: () => one.connect(wss.url, { ...verified, headers: { Host: name } }),
  };
}
