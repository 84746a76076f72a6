import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Notice } from '../../../src/watch/notice.js';

export interface Receiver {
  readonly url: string;
  /** What was taken, in order. */
  readonly notices: readonly Notice[];
  readonly requests: readonly { readonly method: string; readonly headers: IncomingHttpHeaders }[];
  /** Answers that come before it takes anything. */
  refuseWith(...statuses: number[]): void;
  /** The events that came since the last call. */
  events(): string[];
  close(): Promise<void>;
}

/** A webhook receiver on a free port. @param address that it listens on */
export async function startReceiver(address = '127.0.0.1'): Promise<Receiver> {
  const notices: Notice[] = [];
  const requests: { method: string; headers: IncomingHttpHeaders }[] = [];
  const refusals: number[] = [];
  let read = 0;
  const server = createServer(async (request, response) => {
    const notice = (await json(request)) as Notice;
    requests.push({ method: request.method ?? '', headers: request.headers });
    const refusal = refusals.shift();
    if (!refusal) notices.push(notice);
    response.writeHead(refusal ?? 204, refusal === 302 ? { Location: '/elsewhere' } : {}).end();
  });
  await once(server.listen(0, address), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}/hooks/s3cret-path`,
    notices,
    requests,
    refuseWith: (...statuses) => void refusals.push(...statuses),
    events: () => {
      const fresh = notices.slice(read).map(({ event }) => event);
      read = notices.length;
      return fresh;
    },
    close: async () => {
      server.close().closeAllConnections();
    },
  };
}
