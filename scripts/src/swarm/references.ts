/** The ids of all secrets and configs that are named anywhere below. @param spec as `docker service inspect` tells it */
export function referredTo(spec: unknown): Set<string> {
  if (typeof spec !== 'object' || spec === null) return new Set();
  const entries = Object.entries(spec);
  const own = entries.filter(
    ([key, value]) => /^(?:Secret|Config)ID$/.test(key) && typeof value === 'string',
  );
  const below = entries.flatMap(([, value]) => [...referredTo(value)]);
  return new Set([...own.map(([, id]) => id), ...below]);
}
