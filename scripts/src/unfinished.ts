/** Node's exit status where the module waits for what cannot come any more. */
const unsettled = 13;

/** Has a command that ends in the middle say so: Node itself says nothing. Call it once, before there is anything to wait for. */
export function sayIfUnfinished(): void {
  process.once('exit', () => {
    if (process.exitCode !== unsettled) return;
    process.stderr.write(
      'hermes ended before it was done, and does not know why\n  → run it again, and report it\n',
    );
  });
}
