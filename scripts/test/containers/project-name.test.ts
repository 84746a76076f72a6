import { equal } from 'node:assert/strict';
import { otherOwner } from '../../src/containers/project-name.js';

describe('the name of a Compose project', () => {
  it('is free, or has our own containers', () => {
    equal(otherOwner([], '/srv/shop'), undefined);
    equal(otherOwner(['/srv/shop', '/srv/shop'], '/srv/shop'), undefined);
    equal(otherOwner(['', '/srv/shop'], '/srv/shop'), undefined);
  });

  it('is taken by another folder, or by what is none of ours', () => {
    equal(otherOwner(['/srv/shop', '/srv/other'], '/srv/shop'), 'that of the stack in /srv/other');
    equal(otherOwner([''], '/srv/shop'), 'not one of Hermes');
  });
});
