import { readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface Block {
  /** Heading of the section that it stands in. */
  readonly section: string;
  readonly language: string;
  readonly code: string;
}

export function blocksOf(page: URL): Block[] {
  const blocks: Block[] = [];
  let section = '';
  const parts = readFileSync(page, 'utf8').matchAll(/^#+ (.+)$|^```(\w+)\n([\s\S]*?)^```$/gm);
  for (const [, heading, language, code] of parts) {
    if (heading) section = heading;
    else if (language && code) blocks.push({ section, language, code });
  }
  return blocks;
}
