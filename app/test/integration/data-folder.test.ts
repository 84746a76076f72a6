import { strict as assert } from 'node:assert';
import { AppProcess, freePort, startProcess } from '../helpers/process.js';

describe('a data folder', () => {
  it('has one app at a time: a second one says so in one line, and the first goes on', async () => {
    const first = await startProcess();
    const before = await first.target.publish();
    const shared = { DATA_DIR: first.app.dataDir };
    const second = await AppProcess.start({ APP_PORT: String(await freePort()), ...shared });
    assert.equal(await second.exited(), 1);
    const [line = '', hint = '', ...more] = second.stderr.trim().split('\n');
    assert.match(line, new RegExp(`is in use by the process ${first.app.child.pid}$`));
    assert.match(hint, /→ .*DATA_DIR/);
    assert.deepEqual(more, []);

    const client = await first.target.open(`/ws?since=${before}`);
    const id = await first.target.publish();
    assert.equal((await client.next()).id, id);
    await client.end();

    await first.app.end('SIGKILL');
    const third = await startProcess(shared);
    assert.equal((await third.target.get('/messages/last?dev_eui=d1')).json[0].id, id);
    await third.app.end('SIGTERM');
  });
});
