import { resolve } from 'node:path';
import type { Loaded } from '../../../app/src/settings/load.js';
import { quietSettings } from '../operator-settings.js';
import type { Project } from '../project.js';
import { inEffect, isInContainers } from '../stack/in-effect.js';
import { nginxFolder } from '../stack/native-layout.js';
import { portsOf } from '../stack/ports.js';
import { readStatus, type Status } from '../stack/status.js';
import { checkCertificates, checkRenewal } from './check-certificates.js';
import { checkHops, waysHere } from './check-hops.js';
import { checkNginx, checkOpenFiles, checkRoom, readNginx } from './check-limits.js';
import { checkNames, ownAddresses } from './check-names.js';
import { checkSettings } from './check-settings.js';
import { checkContainers, checkDown, checkProcesses } from './check-stack.js';
import type { FaultCode } from './faults.js';
import { caught, type Findings, isSound, joined } from './findings.js';

/**
 * Looks at the stack of this checkout, native or in containers. A fault that explains others is told alone: who is down
 * is not asked why he does not answer. Nothing is changed, and no CA is asked.
 */
export function lookHere(project: Project): Promise<Findings> {
  // Without valid settings, or with an engine that does not answer, there is nothing else to look at.
  return caught(() => lookAround(project, quietSettings(project)));
}

async function lookAround(project: Project, loaded: Loaded): Promise<Findings> {
  const effect = inEffect(project, loaded.settings);
  const { settings, running } = effect;
  const status = await readStatus(project, loaded.settings);
  const { certificates } = status;
  const inContainers = isInContainers(running);
  const given = await checkSettings(project, loaded, effect);
  const room = await caught(() =>
    checkRoom([project.root, project.state, project.logs, resolve(project.root, settings.DATA_DIR)]),
  );
  // Of a stack that never was up there is no certificate to miss.
  const certificate =
    status.running || certificates.length > 0 ? checkCertificates(certificates, settings) : joined([]);
  const names = await caught(() => checkNames(settings, ownAddresses()));
  if (!status.running)
    return joined([given, room, certificate, names, await caught(() => checkDown(portsOf(settings)))]);

  const stack = inContainers ? checkContainers(status) : checkProcesses(status);
  const limits = joined([
    // The engine sets the limit of its containers, and the processes in them are not ours to look at.
    ...(inContainers ? [] : [checkOpenFiles(status, settings)]),
    ...(settings.PROXY === 'nginx' ? [checkNginx(readNginx(nginxFolder(project)), settings)] : []),
  ]);
  const hops =
    isBlocked(stack) || !hasSecrets(given)
      ? joined([])
      : await caught(() => checkHops(waysHere(project, settings, !inContainers, isSound(certificate))));
  return joined([given, room, stack, certificate, renewalOf(status, stack, settings), names, limits, hops]);
}

/** Faults after which no handshake can succeed, and what it fails with says no more. */
const blocking: readonly FaultCode[] = ['APP_DOWN', 'APP_SILENT', 'PROXY_DOWN', 'CONTAINER_UNWELL'];

const isBlocked = ({ faults }: Findings) => faults.some(({ code }) => blocking.includes(code));

const hasSecrets = ({ faults }: Findings) => faults.every(({ code }) => code !== 'SECRET_MISSING');

function renewalOf(
  { certificates }: Status,
  stack: Findings,
  settings: Parameters<typeof checkRenewal>[1],
): Findings {
  // Its process is told to be missing already.
  const told = stack.faults.some(({ code }) => code === 'RENEWAL_NOT_RUNNING');
  return told ? joined([]) : checkRenewal(certificates, settings);
}
