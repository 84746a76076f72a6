import { match, ok, rejects } from 'node:assert/strict';
import { inspectMachine } from '../../src/render/machine.js';

describe('inspectMachine', () => {
  it('finds the versions of nginx, and how many descriptors a process may open', async () => {
    const { nginxVersion, opensslVersion, descriptorLimit } = await inspectMachine();
    match(nginxVersion, /^\d+\.\d+\.\d+$/);
    match(opensslVersion, /^\d+\.\d+\.\d+$/);
    ok(descriptorLimit === undefined || descriptorLimit >= 256);
  });

  it('says what to do where there is no nginx', async () => {
    await rejects(inspectMachine('/nowhere/nginx'), { code: 'nginx-missing', hint: /install nginx/ });
  });
});
