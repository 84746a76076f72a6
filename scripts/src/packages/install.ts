import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';
import { findExecutable } from './find.js';
import { type PackageManager, type Tool, type ToolName, tools } from './tools.js';

/**
 * The path of a tool, installed from the system's packages when it is missing.
 * @param say told what is about to be installed, before it is
 * @throws HermesError `tool-missing` when it cannot be installed here
 */
export async function ensureTool(name: ToolName, say: (line: string) => void): Promise<string> {
  const tool: Tool = tools[name];
  const present = findExecutable(tool.command, tool.paths);
  if (present) return present;
  const manager = managers.find((candidate) => tool.packages[candidate] && findExecutable(candidate));
  const packages = manager && tool.packages[manager];
  if (!manager || !packages) throw missing(tool, `install ${tool.command} and try again`);
  const command = `${manager} install ${packages.join(' ')}`;
  if (manager !== 'brew' && process.getuid?.() !== 0) {
    throw missing(tool, `run: sudo ${command}`);
  }
  say(`${tool.command} is missing: installing ${packages.join(', ')} with ${manager}`);
  await install[manager](packages);
  const installed = findExecutable(tool.command, tool.paths);
  if (installed) return installed;
  throw missing(tool, `${manager} installed ${packages.join(', ')}, but there is no ${tool.command} on PATH`);
}

const managers: readonly PackageManager[] = ['apt-get', 'dnf', 'apk', 'brew'];

const install: Record<PackageManager, (packages: readonly string[]) => Promise<void>> = {
  'apt-get': installByApt,
  dnf: (packages) => run('dnf', ['install', '-y', ...packages]),
  apk: (packages) => run('apk', ['add', ...packages]),
  brew: (packages) => run('brew', ['install', ...packages]),
};

/** Packages that bring a unit of their own name. */
const daemons: readonly string[] = ['nginx', 'redis-server', 'mosquitto', 'caddy', 'haproxy'];

const policyFile = '/usr/sbin/policy-rc.d';

/**
 * Debian starts and enables a daemon that it installs. This one is to be run by us only, so the start is forbidden
 * while the package is unpacked (policy-rc.d, Debian Policy 9.3.3) and the unit is disabled again afterwards.
 */
async function installByApt(packages: readonly string[]): Promise<void> {
  const ownPolicy = !existsSync(policyFile);
  if (ownPolicy) await writeFile(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
    const units = packages.filter((name) => daemons.includes(name));
    if (units.length > 0 && existsSync('/run/systemd/system')) {
      await run('systemctl', ['disable', '--quiet', ...units]);
    }
  } finally {
    if (ownPolicy) await rm(policyFile, { force: true });
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const result = await execa(command, args, {
    all: true,
    reject: false,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (!result.failed) return;
  throw new HermesError(
    'install-failed',
    `${command} ${args[0]} failed: ${lastLine(result.all ?? '')}`,
    `run it by hand to see all of it: ${command} ${args.join(' ')}`,
  );
}

function missing(tool: Tool, hint: string): HermesError {
  return new HermesError('tool-missing', `${tool.command} is missing`, hint);
}
