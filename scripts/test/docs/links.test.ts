import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../../app/src/settings/project-root.js';

/** Where a link or a picture leads: Markdown's `](target)`, without what is in code. */
const targetsOf = (text: string) =>
  [
    ...text
      .replaceAll(/^```.*?^```/gms, '')
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target = '']) => target);

/** The anchors of a page: as GitHub makes them from its headings, and those that it sets itself. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(page, 'utf8');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id)];
}

function faultOf(page: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path ? join(dirname(page), path) : page;
  const fault = `${page}: ${target}`;
  if (!existsSync(join(projectRoot, file))) return fault;
  if (anchor === undefined || statSync(join(projectRoot, file)).isDirectory()) return undefined;
  return anchorsOf(join(projectRoot, file)).includes(anchor) ? undefined : fault;
}

describe('the links of the pages', () => {
  it('lead to a page, a picture or a heading that is there', async () => {
    const { stdout } = await execa('git', ['ls-files', '*.md'], { cwd: projectRoot });
    const pages = stdout.split('\n');
    const links = pages.flatMap((page) =>
      targetsOf(readFileSync(join(projectRoot, page), 'utf8')).map((target) => ({ page, target })),
    );
    assert.ok(links.length > 100, `${links.length} links on ${pages.length} pages`);
    assert.deepEqual(links.map(({ page, target }) => faultOf(page, target)).filter(Boolean), []);
  });
});
