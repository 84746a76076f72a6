const minute = 60_000;

/** Gathers reasons and tells them with their counts once a minute, so that a flood of faults is one line. */
export function everyMinute(tell: (reasons: Readonly<Record<string, number>>) => void): {
  add(reason: string): void;
  stop(): void;
} {
  let reasons = new Map<string, number>();
  const flush = () => {
    if (reasons.size > 0) tell(Object.fromEntries(reasons));
    reasons = new Map();
  };
  const timer = setInterval(flush, minute).unref();
  return {
    add: (reason) => {
      // A peer chooses what it sends, so what is kept of it has to be bounded.
      const key = reasons.size < 100 ? reason.slice(0, 200) : 'others';
      reasons.set(key, (reasons.get(key) ?? 0) + 1);
    },
    stop: () => {
      clearInterval(timer);
      flush();
    },
  };
}
