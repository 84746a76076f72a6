import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../../../../app/src/settings/load.js';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { table } from '../../../../app/src/settings/table.js';
import { deriveTimeouts } from '../../../../app/src/settings/timeouts.js';
import { appUser, inside } from '../../../src/containers/inside.js';
import { memoryOf } from '../../../src/swarm/stack-files.js';
import { type Manifest, type Verdict, validate } from './validator.js';

const folder = join(projectRoot, 'docs/how-to/kubernetes');
const files = readdirSync(folder).map((name) => join(folder, name));

describe('the manifests for Kubernetes', function () {
  this.timeout(300_000);
  const times = deriveTimeouts(loadSettings({ environment: {}, folder: '/nonexistent' }).settings);
  const seconds = (milliseconds: number) => milliseconds / 1_000;
  let verdict: Verdict;
  let pod: Manifest;
  let app: Manifest;
  const one = (kind: string): Manifest => verdict.documents.find((document) => document.kind === kind);

  before(async () => {
    verdict = await validate(...files);
    pod = one('Deployment').spec.template.spec;
    app = pod.containers[0];
  });

  it('are valid', () => {
    assert.deepEqual(verdict.faults, []);
    assert.deepEqual(verdict.documents.map(({ kind }) => kind).sort(), [
      'Certificate',
      'Deployment',
      'Ingress',
      'Issuer',
      'PodDisruptionBudget',
      'Service',
      'ServiceAccount',
    ]);
  });

  it('would not be with a slip of the keyboard', async () => {
    const slips = [
      ['app.yaml', 'minReadySeconds', 'minReadySecond'],
      ['app.yaml', 'containerPort: 5000', 'containerPort: "5000"'],
      ['ingress.yaml', 'pathType: Exact', 'pathTyp: Exact'],
      ['certificate.yaml', 'dnsNames', 'dnsName'],
    ] as const;
    const scratch = mkdtempSync(join(tmpdir(), 'hermes-manifest-'));
    const changed = slips.map(([file, right, wrong], index) => {
      const path = join(scratch, `${index}.yaml`);
      writeFileSync(path, readFileSync(join(folder, file), 'utf8').replace(right, wrong));
      return path;
    });
    const { faults } = await validate(...changed);
    rmSync(scratch, { recursive: true });
    assert.deepEqual(
      faults.map((fault) => fault.split(':')[0]),
      [
        'Deployment monitor-hermes',
        'Deployment monitor-hermes',
        'Ingress monitor-hermes',
        'Certificate monitor-hermes',
      ],
    );
  });

  it('give an instance the time that it takes to stop', () => {
    const { preStop } = app.lifecycle;
    assert.equal(pod.terminationGracePeriodSeconds, preStop.sleep.seconds + seconds(times.stopGrace));
    assert.equal(settingOf('DRAIN_SECONDS'), table.DRAIN_SECONDS.fallback);
  });

  it('have the times of the list at the Ingress', () => {
    const { annotations } = one('Ingress').metadata;
    for (const name of ['read', 'send']) {
      assert.equal(annotations[`nginx.org/proxy-${name}-timeout`], `${seconds(times.idle)}s`);
      assert.equal(
        annotations[`nginx.ingress.kubernetes.io/proxy-${name}-timeout`],
        `${seconds(times.idle)}`,
      );
    }
    assert.equal(annotations['nginx.org/proxy-connect-timeout'], `${seconds(times.connect)}s`);
    assert.equal(
      annotations['nginx.ingress.kubernetes.io/proxy-connect-timeout'],
      `${seconds(times.connect)}`,
    );
  });

  it('lead to the port of the app, and to nothing that is not public', () => {
    assert.equal(app.ports[0].containerPort, inside.ports.app);
    assert.equal(one('Service').spec.ports[0].targetPort, app.ports[0].name);
    const { paths } = one('Ingress').spec.rules[0].http;
    for (const { backend } of paths) assert.equal(backend.service.name, one('Service').metadata.name);
    const passes = (path: string) =>
      paths.some((rule: Manifest) =>
        rule.pathType === 'Exact' ? path === rule.path : `${path}/`.startsWith(`${rule.path}/`),
      );
    for (const path of [
      '/ws',
      '/ws/tenant/1',
      '/messages',
      '/messages/last',
      '/notify',
      '/',
      '/health/ready',
    ])
      assert(passes(path), path);
    assert(!passes('/metrics'));
  });

  it('know only settings that there are, and no secret', () => {
    const names: string[] = app.env.map(({ name }: Manifest) => name);
    for (const name of names) assert(name.replace(/_FILE$/, '') in table, name);
    const values = Object.fromEntries(
      app.env
        .filter(({ name }: Manifest) => !name.endsWith('_FILE'))
        .map((each: Manifest) => [each.name, each.value]),
    );
    loadSettings({ environment: values, folder: '/nonexistent' });
    for (const name of names) if (/SECRET|KEY|URL|URI/.test(name)) assert.match(name, /_FILE$/);
  });

  it('are as hard as the containers of Compose', () => {
    assert.deepEqual([pod.securityContext.runAsNonRoot, pod.securityContext.runAsUser], [true, appUser]);
    assert.equal(pod.securityContext.seccompProfile.type, 'RuntimeDefault');
    assert.deepEqual(app.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    assert.equal(app.resources.limits.memory, memoryOf('production').replace(/g$/, 'Gi'));
    assert.equal(pod.automountServiceAccountToken, false);
  });

  it('let no instance go before another one is ready, nor two at once', () => {
    const { strategy, replicas } = one('Deployment').spec;
    assert.deepEqual(strategy.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 });
    assert(one('PodDisruptionBudget').spec.maxUnavailable < replicas);
    assert.equal(app.readinessProbe.httpGet.path, '/health/ready');
    assert.equal(app.livenessProbe.httpGet.path, '/health/live');
  });

  it('get the certificate that the Ingress serves', () => {
    const { spec } = one('Certificate');
    const [tls] = one('Ingress').spec.tls;
    assert.equal(spec.secretName, tls.secretName);
    assert.deepEqual(spec.dnsNames, tls.hosts);
    assert.equal(spec.issuerRef.name, one('Issuer').metadata.name);
    assert.equal(settingOf('DOMAIN'), tls.hosts[0]);
  });

  const settingOf = (key: string) => app.env.find(({ name }: Manifest) => name === key)?.value;
});
