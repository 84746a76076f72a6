import { once } from 'node:events';
import { createServer } from 'node:net';
import { build } from '../commands/helpers/build.js';
import { injections, mended } from './helpers/injections.js';
import { Patient } from './helpers/patient.js';
import { assertFound, assertHealthy } from './helpers/verdict.js';

describe('make doctor, of the stack of a checkout', function () {
  this.timeout(120_000);
  let one: Patient;
  before(async () => {
    await build();
    one = await Patient.create();
    // It would put right what is made wrong here.
    process.kill(one.stack.state.processes.renewal?.identity?.pid ?? 0, 'SIGSTOP');
  });
  after(() => one?.remove());

  it('finds nothing wrong with one that is well, and says what it has looked at', async () => {
    const { right, notes } = assertHealthy(await one.doctor());
    const subjects = right.map((line) => line.replace(/[: ].*/s, ''));
    for (const subject of [
      'Settings',
      'Disk',
      'Processes',
      'Parts',
      'Certificate',
      'Renewal',
      'DNS',
      'Handshake',
      'Open',
      'Connections',
      'Time',
      'Clock',
    ])
      if (!subjects.includes(subject)) throw new Error(`nothing about ${subject}:\n${right.join('\n')}`);
    if (notes.length > 0) throw new Error(notes.join('\n'));
  });

  for (const [code, inject] of Object.entries(injections)) {
    it(`finds ${code}, and nothing else${mended.includes(code) ? '; its fix mends it' : ''}`, async () => {
      const undo = await inject(one);
      let isMended = false;
      try {
        const { faults } = assertFound(await one.doctor(), code);
        if (!mended.includes(code)) return;
        await one.sh(faults[0]?.fix ?? '');
        assertHealthy(await one.doctor());
        isMended = true;
      } finally {
        if (!isMended) await undo();
      }
    });
  }

  it('finds CLOCK_WRONG, by the answers of the server', async () => {
    const ahead = new Date(Date.now() + 20 * 60_000);
    const run = await one.stack.hermesAt(ahead, 'doctor', '--json');
    assertFound(run, 'CLOCK_WRONG');
  });

  it('finds nothing wrong once all of that is put right, and has changed nothing', async () => {
    assertHealthy(await one.doctor());
  });

  it('finds SUPERVISOR_DOWN, STACK_DOWN and PORT_IN_USE, and gives the fix of a proxy that was meddled with', async () => {
    process.kill(one.stack.state.supervisor.pid, 'SIGKILL');
    assertFound(await one.doctor(), 'SUPERVISOR_DOWN');
    await one.sh('make up');
    assertHealthy(await one.doctor());
    await injections.UPGRADE_DROPPED?.(one);
    const { faults } = assertFound(await one.doctor(), 'UPGRADE_DROPPED');
    await one.sh(faults[0]?.fix ?? '');
    assertHealthy(await one.doctor());
    await one.stack.hermes('down');
    assertFound(await one.doctor(), 'STACK_DOWN');
    const server = createServer().listen(one.stack.ports.https);
    await once(server, 'listening');
    try {
      assertFound(await one.doctor(), 'PORT_IN_USE');
    } finally {
      server.close();
    }
  });
});
