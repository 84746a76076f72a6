import { connect } from 'node:tls';

/*
 * A process that makes full handshakes as fast as it can, over several connections at a time, from the first message
 * (where to) to the second, and then reports what became of them. Meanwhile it sends their number after each.
 */

export interface HammerOrder {
  readonly port: number;
  readonly ca: string;
  /** Handshakes at a time. */
  readonly connections: number;
}

export interface HammerReport {
  readonly handshakes: number;
  readonly failed: number;
  /** What went wrong, and how often. */
  readonly faults: Record<string, number>;
  /** Different certificates that were seen. */
  readonly certificates: number;
}

const faults: Record<string, number> = {};
const serials = new Set<string>();
let [handshakes, failed, stopped] = [0, 0, false];

process.once('message', async (order: HammerOrder) => {
  process.once('message', () => {
    stopped = true;
  });
  const lanes = Array.from({ length: order.connections }, (_none, lane) => hammer(order, lane));
  await Promise.all(lanes);
  const report: HammerReport = { handshakes, failed, faults, certificates: serials.size };
  process.send?.(report, () => process.disconnect());
});

async function hammer(order: HammerOrder, lane: number): Promise<void> {
  // The versions sign at different moments of the handshake.
  const version = lane % 2 === 0 ? 'TLSv1.3' : 'TLSv1.2';
  while (!stopped) {
    handshakes++;
    try {
      serials.add(await shake(order, version));
      process.send?.(handshakes);
    } catch (error) {
      failed++;
      const { message } = error as Error;
      faults[message] = (faults[message] ?? 0) + 1;
    }
  }
}

/** A handshake without a session, the certificate verified; the end counts too, so that the server's work is done. */
function shake({ port, ca }: HammerOrder, version: 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca,
      minVersion: version,
      maxVersion: version,
    });
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('closed before the handshake was done')));
    socket.once('secureConnect', () => {
      if (socket.isSessionReused()) fail(new Error('resumed'));
      done(socket.getPeerX509Certificate()?.serialNumber ?? '');
      socket.destroy();
    });
  });
}
