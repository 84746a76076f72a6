import { type NginxBinary, newNginx } from '../../../src/packages/new-nginx.js';
import { machineNginx } from '../../render/helpers/nginx.js';

/** Runs the same tests on the nginx of this machine and on a new one; they skip where there is no new one. */
export function onEachNginx(tests: (binary: () => NginxBinary) => void): void {
  const binaries = { 'on this machine’s nginx': async () => machineNginx, 'on a new nginx': newNginx };
  for (const [where, find] of Object.entries(binaries)) {
    describe(where, () => {
      let binary: NginxBinary | undefined;
      before(async function () {
        // The first time, it is downloaded.
        this.timeout(180_000);
        binary = await find();
        if (!binary) this.skip();
      });
      tests(() => {
        if (binary) return binary;
        throw new Error('the binary is known from the first test on');
      });
    });
  }
}
