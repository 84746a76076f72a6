import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

const version = 'v1.7.7';

/**
 * The linter of GitHub's workflows: built once from its Go module, whose checksum Go compares with its public database,
 * and kept in the user's cache.
 */
export async function actionlint(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'monitor-hermes/actionlint');
  const program = join(cache, version, 'actionlint');
  if (!existsSync(program)) await build(cache, dirname(program));
  return program;
}

/** Built beside its place and moved there, so that half of it is never used. */
async function build(cache: string, place: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'draft-'));
  try {
    await execa('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@${version}`], {
      env: { GOBIN: draft, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' },
    });
    await rename(draft, place);
  } catch (error) {
    // Another test run may have been faster.
    if (!existsSync(place))
      throw new Error('actionlint could not be built\n  → install Go', { cause: error });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
