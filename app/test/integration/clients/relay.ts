import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A fixed port in front of a service that comes and goes, and a line that can be cut. It passes bytes on, so TLS goes
 * from the client to the service.
 */
export class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: number | undefined;

  constructor() {
    this.#server = createServer((inward) => {
      this.#keep(inward);
      if (this.#target === undefined) {
        inward.destroy();
        return;
      }
      const outward = this.#keep(connect(this.#target, '127.0.0.1'));
      inward.pipe(outward).pipe(inward);
      inward.once('close', () => outward.destroy());
      outward.once('close', () => inward.destroy());
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Where new connections go; `undefined` turns them away. */
  aim(port: number | undefined): void {
    this.#target = port;
  }

  /** Breaks every connection, with no farewell. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    return socket.once('close', () => this.#sockets.delete(socket));
  }
}
