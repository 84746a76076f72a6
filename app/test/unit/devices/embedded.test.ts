import { strict as assert } from 'node:assert';
import { EmbeddedDevices } from '../../../src/devices/embedded.js';
import { newFolder } from '../../helpers/service.js';

describe('the device registry', () => {
  it('gives a device to the first tenant that claims it', async () => {
    const devices = new EmbeddedDevices(newFolder(), false);
    assert.equal(await devices.tenantOf('d1'), undefined);
    assert.equal(await devices.claim('d1', 't1'), 't1');
    assert.equal(await devices.claim('d1', 't2'), 't1');
    assert.equal(await devices.claim('D1', 't1'), 't1', 'the case of a DevEUI carries nothing');
    assert.equal(await devices.tenantOf('D1'), 't1');
    await devices.close();
  });

  it('gives it to one tenant only when two claim it at once', async () => {
    const devices = new EmbeddedDevices(newFolder(), false);
    const owners = await Promise.all(['t1', 't2', 't3', 't1'].map((tenant) => devices.claim('d1', tenant)));
    assert.equal(new Set(owners).size, 1);
    await devices.close();
  });

  it('moves a device where DEVICE_REASSIGN allows it', async () => {
    const devices = new EmbeddedDevices(newFolder(), true);
    await devices.claim('d1', 't1');
    assert.equal(await devices.claim('d1', 't2'), 't2');
    assert.equal(await devices.tenantOf('d1'), 't2');
    await devices.close();
  });

  it('remembers after it was closed', async () => {
    const path = newFolder();
    const before = new EmbeddedDevices(path, false);
    await before.claim('d1', 't1');
    await before.close();
    const after = new EmbeddedDevices(path, false);
    assert.equal(await after.tenantOf('d1'), 't1');
    await after.close();
  });
});
