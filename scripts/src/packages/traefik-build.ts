import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';

const modulePath = 'github.com/traefik/traefik/v3';

/** A version of a Go module, and its checksum as Go writes it into `go.sum`. */
export interface ModuleRelease {
  readonly version: string;
  readonly sum: string;
}

/**
 * Builds Traefik in the folder of its own module, which Go keeps read-only: so it is built with the versions, the
 * replacements and the checksums that its makers have chosen. The dashboard is not part of a module, and not used.
 * @param go path of the Go command
 * @param target path of the program
 * @returns the target
 * @throws HermesError `install-failed`
 */
export async function buildTraefik(go: string, release: ModuleRelease, target: string): Promise<string> {
  const place = dirname(target);
  await mkdir(dirname(place), { recursive: true });
  // Built beside its place and moved there, so that half of it is never used.
  const draft = await mkdtemp(join(dirname(place), 'draft-'));
  try {
    const source = await download(go, release);
    const flags = ['-s', '-w', `-X ${modulePath}/pkg/version.Version=${release.version}`];
    await execa(go, ['build', '-trimpath', `-ldflags=${flags.join(' ')}`, '-o', draft, './cmd/traefik'], {
      cwd: source,
      env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
    });
    await rename(draft, place);
  } catch (error) {
    // Another run may have been faster.
    if (!existsSync(target)) throw failed(release, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

/** @returns the folder of the module's source, verified against the checksum that is pinned here */
async function download(go: string, { version, sum }: ModuleRelease): Promise<string> {
  const { stdout } = await execa(go, ['mod', 'download', '-json', `${modulePath}@v${version}`], {
    cwd: '/',
    env: { GOFLAGS: '-mod=mod' },
  });
  const { Dir, Sum } = JSON.parse(stdout);
  if (Sum === sum) return Dir;
  throw new Error(`the module's checksum is ${Sum}, not ${sum}`);
}

function failed({ version }: ModuleRelease, cause: unknown): HermesError {
  const detail =
    cause instanceof ExecaError
      ? String(cause.stderr || cause.shortMessage)
          .trim()
          .split('\n')
          .at(-1)
      : cause;
  return new HermesError(
    'install-failed',
    `Traefik ${version} could not be built: ${detail}`,
    'see that Go is 1.21 or later and that its module proxy can be reached, or put `traefik` 3.6 or later on PATH',
    { cause },
  );
}
