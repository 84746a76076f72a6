import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Pebble } from './pebble.js';

/** An answer in place of the CA's own. */
export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An ACME problem (RFC 8555, section 6.7); absent: no body, as from a load balancer. */
  readonly problem?: string;
}

/** The real CA behind a front that answers some orders itself, as an overloaded or a broken one does. */
export class FaultyCa {
  readonly #server: Server;
  readonly #pebble: Pebble;
  /** What is answered to the next orders, one each; then the CA is asked again. */
  faults: Fault[] = [];
  /** Orders that came, whoever answered them. */
  orders = 0;
  #held: Promise<void> = Promise.resolve();

  private constructor(pebble: Pebble) {
    this.#pebble = pebble;
    const live = join(pebble.folder, 'certs/live/localhost');
    const identity = {
      cert: readFileSync(join(live, 'fullchain.pem')),
      key: readFileSync(join(live, 'privkey.pem')),
    };
    this.#server = createServer(identity, (asked, answer) => void this.#handle(asked, answer));
  }

  static async before(pebble: Pebble): Promise<FaultyCa> {
    const front = new FaultyCa(pebble);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}/dir`;
  }

  /** Lets orders wait. @returns what lets them go on */
  hold(): () => void {
    let release: () => void = () => {};
    this.#held = new Promise<void>((resolve) => {
      release = resolve;
    });
    return () => release();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(asked);
    if (asked.url === '/order-plz') {
      this.orders += 1;
      await this.#held;
      const fault = this.faults.shift();
      if (fault) return this.#fail(answer, fault);
    }
    // The CA makes its URLs from the Host header, so clients stay with the front.
    const onward = request(
      new URL(asked.url ?? '/', this.#pebble.url),
      {
        method: asked.method ?? 'GET',
        headers: asked.headers,
        ca: readFileSync(this.#pebble.bundle),
        agent: false,
      },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.once('error', () => answer.destroy());
    onward.end(body);
  }

  #fail(answer: ServerResponse, { status, headers, problem }: Fault): void {
    answer.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers });
    const type = `urn:ietf:params:acme:error:${problem}`;
    answer.end(problem ? JSON.stringify({ type, detail: 'as the test wants it', status }) : '');
  }
}
