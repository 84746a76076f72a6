import assert from 'node:assert/strict';
import { projectAt } from '../../src/project.js';
import { appSocketsOf } from '../../src/stack/app-socket.js';

const settings = { APP_SOCKET: 'auto', APP_PORT: 5_000, APP_REPLICAS: 2, PROXY: 'nginx' } as const;
const project = projectAt('/srv/hermes');

describe('the Unix sockets of the app', () => {
  it('are one for each process, where Nginx leads to them', () => {
    assert.deepEqual(
      appSocketsOf(project, settings)?.map((path) => path.split('/').slice(-2).join('/')),
      ['sockets/app.sock', 'sockets/app-2.sock'],
    );
    assert.equal(appSocketsOf(project, { ...settings, PROXY: 'traefik' }), undefined);
    assert.equal(appSocketsOf(project, { ...settings, APP_SOCKET: 'off' }), undefined);
  });

  it('are none where the path would be too long for the system', () => {
    const deep = projectAt(`/srv/${'deep/'.repeat(20)}`);
    const inTheWay = appSocketsOf(deep, settings);
    assert.ok(inTheWay === undefined || inTheWay.every((path) => path.length <= 100));
  });

  it('are where one wants them, whoever is to reach them', () => {
    const chosen = { ...settings, APP_SOCKET: '/run/hermes/app.sock', PROXY: 'none' } as const;
    assert.deepEqual(appSocketsOf(project, chosen), ['/run/hermes/app.sock', '/run/hermes/app.sock-2']);
  });
});
