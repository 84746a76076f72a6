/** A socket as far as it keeps memory busy. */
export interface Holder {
  /** Bytes that wait for the peer; 0 once the socket is closing. */
  readonly waiting: number;
}

/** Milliseconds between two looks: asking every socket at every message would cost more than the messages. */
const interval = 250;

/** Bounds what waits for all sockets together: one limit for each does not, as many may be slow at once. */
export function boundWaiting<H extends Holder>(
  holders: Iterable<H>,
  limit: number,
  giveUp: (holder: H) => void,
): { stop(): void } {
  const timer = setInterval(() => {
    for (const holder of worst(holders, limit)) giveUp(holder);
  }, interval);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Those that wait for the most, as few as have to go so that the others keep within the limit. */
export function worst<H extends Holder>(holders: Iterable<H>, limit: number): H[] {
  const slow: { holder: H; waiting: number }[] = [];
  let total = 0;
  for (const holder of holders) {
    const { waiting } = holder;
    total += waiting;
    if (waiting > 0) slow.push({ holder, waiting });
  }
  if (total <= limit) return [];
  slow.sort((a, b) => b.waiting - a.waiting);
  const chosen: H[] = [];
  for (const { holder, waiting } of slow) {
    if (total <= limit) break;
    chosen.push(holder);
    total -= waiting;
  }
  return chosen;
}
