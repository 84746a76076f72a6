import type { DumpEnd } from '../../containers/dump-format.js';
import type { EntryWriter } from '../entry-writer.js';
import type { PartName } from '../format.js';
import { ContainerDump } from './dump.js';
import { RedisDump } from './redis.js';
import type { ContainerSession } from './session.js';

/** The parts of a backup that containers keep. */
export interface KeptInContainers {
  readonly parts: readonly PartName[];
  /** Adds all of them, once. */
  addTo(archive: EntryWriter): Promise<DumpEnd>;
}

/** Does something with what containers keep; that of Redis is as it was before what is in the stores. */
export async function withContainers<T>(
  session: ContainerSession,
  action: (kept: KeptInContainers) => Promise<T>,
): Promise<T> {
  await session.start(session.keepers);
  const redis = session.keepers.includes('redis') ? await RedisDump.take(session) : undefined;
  let dump: ContainerDump | undefined;
  try {
    const own = await ContainerDump.start(session);
    dump = own;
    return await action({
      parts: [...own.parts, ...(redis ? (['redis'] as const) : [])],
      addTo: async (archive) => {
        const end = await own.addTo(archive);
        await redis?.addTo(archive);
        return end;
      },
    });
  } finally {
    dump?.abandon();
    await redis?.remove();
  }
}
