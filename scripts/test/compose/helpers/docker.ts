import { execa } from 'execa';

/** What `docker inspect` tells of a container, as far as tests look at it. */
export interface Container {
  readonly Id: string;
  readonly Image: string;
  readonly Config: {
    readonly Image: string;
    readonly User: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck?: { readonly Test?: readonly string[] };
  };
  readonly State: {
    readonly Running: boolean;
    readonly Pid: number;
    readonly StartedAt: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
  readonly HostConfig: {
    readonly Privileged: boolean;
    readonly ReadonlyRootfs: boolean;
    readonly CapAdd: readonly string[] | null;
    readonly CapDrop: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly PidsLimit: number | null;
    readonly Memory: number;
    readonly PidMode: string;
    readonly IpcMode: string;
    readonly UsernsMode: string;
    readonly NetworkMode: string;
    readonly Devices: readonly unknown[] | null;
    readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostPort: string }[]>> | null;
  };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Source?: string;
    readonly Destination: string;
  }[];
}

/** `docker` at the engine that these variables point to. */
export function dockerOf(environment: Readonly<Record<string, string>>) {
  const ended = (args: readonly string[]) =>
    execa('docker', args, { reject: false, stdin: 'ignore', all: true, env: environment });

  async function run(args: readonly string[]) {
    const result = await ended(args);
    if (result.failed) throw new Error(`docker ${args.join(' ')}: ${result.stderr}`);
    return result;
  }

  return {
    /** Runs `docker` to its end. @throws what it says */
    docker: async (...args: string[]): Promise<string> => (await run(args)).stdout,

    /** The same, with what it writes to standard error. */
    dockerAll: async (...args: string[]): Promise<string> => (await run(args)).all,

    /** Its answer in lines, without empty ones. */
    lines: async (...args: string[]): Promise<string[]> =>
      (await run(args)).stdout.split('\n').filter(Boolean),

    /** What is there of them: those of a test beside this one may be gone by now. */
    async inspect(ids: readonly string[]): Promise<Container[]> {
      if (ids.length === 0) return [];
      const { stdout, stderr } = await ended(['inspect', '--type', 'container', ...ids]);
      const others = stderr.split('\n').filter((line) => line !== '' && !/No such container/.test(line));
      if (others.length > 0) throw new Error(others.join('\n'));
      return JSON.parse(stdout);
    },
  };
}

/** At the engine of this host. */
export const { docker, dockerAll, lines, inspect } = dockerOf({});
