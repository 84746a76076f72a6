import { deepEqual, equal } from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadSettings } from '../../../app/src/settings/load.js';
import { newFolder } from '../../../app/test/helpers/service.js';
import { forgetBefore, keepBefore, restoreBefore, writeModel } from '../../src/containers/before.js';
import { takeUpOf } from '../../src/containers/bring-back.js';
import { containerPaths, planContainers } from '../../src/containers/plan.js';
import { type ContainerState, readContainers, writeContainers } from '../../src/containers/state.js';
import { writePlan } from '../../src/containers/write-plan.js';
import { type Project, projectAt } from '../../src/project.js';
import { servedOf } from '../../src/stack/served.js';

const gid = process.getgid?.() ?? 0;

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** What a start with these settings leaves behind. @param fingerprint absent: it never was well */
function start(project: Project, key: string, fingerprint?: string): ContainerState {
  const environment = { JWT_SECRET_KEY: key.repeat(40), SERVICE_API_KEY: 's'.repeat(40) };
  const loaded = loadSettings({ environment, folder: project.root });
  const plan = planContainers(project, loaded, {
    compose: '/opt/compose',
    image: `hermes:${key}`,
    gid,
    owner: '10001:10001',
  });
  writePlan(project, plan, gid);
  write(`${plan.paths.nginx}/nginx.conf`, key);
  write(`${plan.paths.traefik}/dynamic/services.yaml`, key);
  const state = {
    name: plan.name,
    files: plan.files,
    variables: plan.paths.variables,
    image: `hermes:${key}`,
    served: servedOf(loaded.settings),
    startedAt: '2026-01-01T00:00:00.000Z',
    ...(fingerprint && { fingerprint }),
  };
  writeContainers(project, state);
  return state;
}

describe('what a start that fails comes back to', () => {
  const secretOf = (project: Project) =>
    readFileSync(`${containerPaths(project).secrets}/JWT_SECRET_KEY`, 'utf8');

  it('is what the stack read that was well last', () => {
    const project = projectAt(newFolder());
    const state = start(project, 'a', 'good');
    writeModel(project, 'name: a\n');
    keepBefore(project);
    start(project, 'b');
    write(`${containerPaths(project).nginx}/new.conf`, 'b');
    const restored = restoreBefore(project);
    deepEqual(readContainers(project), JSON.parse(JSON.stringify(state)));
    equal(readFileSync(restored?.model ?? '', 'utf8'), 'name: a\n');
    equal(secretOf(project), 'a'.repeat(40));
    equal(statSync(`${containerPaths(project).secrets}/JWT_SECRET_KEY`).mode & 0o777, 0o640);
    equal(readFileSync(`${containerPaths(project).nginx}/nginx.conf`, 'utf8'), 'a');
    equal(existsSync(`${containerPaths(project).nginx}/new.conf`), false);
    // Another container writes that one, and knows better.
    equal(readFileSync(`${containerPaths(project).traefik}/dynamic/services.yaml`, 'utf8'), 'b');
    deepEqual(
      restored?.changed.filter((file) => !file.startsWith('secrets/')),
      ['compose/stack.env', 'nginx/new.conf', 'nginx/nginx.conf'],
    );
  });

  it('outlives a start that was killed, and is kept from the next one that fails', () => {
    const project = projectAt(newFolder());
    start(project, 'a', 'good');
    writeModel(project, 'name: a\n');
    keepBefore(project);
    start(project, 'b');
    keepBefore(project);
    start(project, 'c');
    equal(restoreBefore(project)?.state.image, 'hermes:a');
    equal(secretOf(project), 'a'.repeat(40));
  });

  it('is nothing where no stack ever was well, or the new one is', () => {
    const project = projectAt(newFolder());
    start(project, 'a');
    keepBefore(project);
    equal(restoreBefore(project), undefined);
    start(project, 'b', 'good');
    writeModel(project, 'name: b\n');
    keepBefore(project);
    forgetBefore(project);
    equal(restoreBefore(project), undefined);
  });

  it('is read again by a proxy that went on running, as far as it has to be', () => {
    equal(takeUpOf(['compose/stack.env', 'secrets/BUS_URL', 'traefik/dynamic/routes.yaml']), undefined);
    deepEqual(takeUpOf(['nginx/nginx.conf']), ['exec', '-T', 'proxy', 'sh', '-c', 'kill -HUP 1']);
    deepEqual(takeUpOf(['traefik/traefik.yaml']), ['restart', 'proxy']);
  });
});
