/** Longest delay that a timer takes; beyond, Node fires it at once. */
const longestDelay = 2 ** 31 - 1;

/** Calls back at a time, however far away it is. @returns a way to cancel */
export function callAt(time: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = () => {
    const rest = time - Date.now();
    timer = rest > longestDelay ? setTimeout(arm, longestDelay) : setTimeout(callback, Math.max(rest, 0));
  };
  arm();
  return () => clearTimeout(timer);
}
