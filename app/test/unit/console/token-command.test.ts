import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenCommand } from '../../../src/console/token-command.js';
import { newFolder } from '../../helpers/service.js';

describe('the command that makes a token', () => {
  it('names the user, and whatever else was asked for', () => {
    assert.equal(tokenCommand({ user: 'u1' }), 'make token USER=u1');
    assert.equal(
      tokenCommand({ user: 'u1', tenant: 't1', superuser: true }),
      'make token USER=u1 TENANT=t1 SUPERUSER=1',
    );
  });

  it('carries any id through the shell and Make as it is', () => {
    const folder = newFolder();
    const recipe = 'export USER TENANT\ntoken:\n\t@printf "%s|%s" "$$USER" "$$TENANT"\n';
    writeFileSync(join(folder, 'Makefile'), recipe);
    for (const user of ['plain', 'two words', "o'neil", '$HOME $(id)', '`id`; ls', 'a"b\\c', 'ü*']) {
      const command = tokenCommand({ user, tenant: 't 1' });
      const output = execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
      assert.equal(output, `${user}|t 1`);
    }
  });
});
