/** One part of a restore, prepared: it takes effect in a moment, and can be taken back. */
export interface Change {
  /** Puts it in the place of what is there. Whether it throws or not, `undo` may follow. */
  swap(): Promise<void>;
  /** Puts back what was there, and drops the rest. @throws HermesError that says where it is, if it could not */
  undo(): Promise<void>;
  /** Drops what is of no use any more: what was there, after a swap, or what was to come, before it. */
  discard(): Promise<void>;
}

/**
 * All changes or none; what is of no use any more is dropped.
 * @throws what the first that failed threw, when all of them have been undone
 */
export async function swapAll(changes: readonly Change[]): Promise<void> {
  let begun = 0;
  try {
    for (const change of changes) {
      begun += 1;
      await change.swap();
    }
  } catch (error) {
    // Each is undone, also where another one cannot be.
    const undone = await Promise.allSettled([
      ...changes
        .slice(0, begun)
        .reverse()
        .map((change) => change.undo()),
      ...changes.slice(begun).map((change) => change.discard()),
    ]);
    const half = undone.find((result) => result.status === 'rejected');
    throw half ? half.reason : error;
  }
  await Promise.all(changes.map((change) => change.discard()));
}
