import { readFileSync } from 'node:fs';

/** A row of a page whose tables read: what you see → cause → fix. */
export interface Row {
  /** Of the anchor that the row begins with. */
  readonly id: string;
  readonly chapter: string;
  readonly seen: readonly Seen[];
  /** What stands as code in the third column: commands, settings, lines of configuration. */
  readonly fixes: readonly string[];
}

export interface Seen {
  /** A client, or who else says it, such as `make up`. */
  readonly who: string;
  /** Word for word; `…` stands for what differs each time. */
  readonly text: string;
}

const head = 'what you see,cause,fix';

/** Every row of every such table. @throws Error for a row that is not written like the others */
export function rowsOf(page: URL): Row[] {
  const rows: Row[] = [];
  let chapter = '';
  let inTable = false;
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    chapter = /^## (.+)$/.exec(line)?.[1] ?? chapter;
    const cells = cellsOf(line);
    if (cells.join() === head) inTable = true;
    else if (cells.length === 0) inTable = false;
    else if (inTable && !cells.every((cell) => /^-+$/.test(cell))) rows.push(readRow(cells, chapter));
  }
  return rows;
}

/** Whether a text has everything that the page quotes, in that order. */
export function matches(quoted: string, text: string): boolean {
  const parts = quoted.split('…').map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('[\\s\\S]*?')).test(text);
}

/** None for a line that is in no table. */
function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  const cells = line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/);
  return cells.map((cell) => cell.trim());
}

function readRow(cells: readonly string[], chapter: string): Row {
  const [seen = '', , fix = ''] = cells;
  const id = /^<a id="([a-z0-9-]+)"><\/a>/.exec(seen)?.[1];
  if (!id || cells.length !== 3)
    throw new Error(`this row is not written like the others: ${cells.join(' | ')}`);
  return { id, chapter, seen: quotes(seen.replace(/<a .*?<\/a>/, ''), id), fixes: codeIn(fix) };
}

/** `Node, wscat: ​`text`<br>curl: ​`text`` */
function quotes(cell: string, id: string): Seen[] {
  return cell.split('<br>').flatMap((item) => {
    const [names = '', ...texts] = item.split(/:(?= `)/);
    const said = codeIn(texts.join(':'));
    if (said.length !== 1) throw new Error(`${id}: one text for each client, not: ${item.trim()}`);
    return names.split(',').map((who) => ({ who: who.trim(), text: said[0] as string }));
  });
}

/** Code that holds a backtick itself stands between two of them. */
function codeIn(cell: string): string[] {
  return [...cell.matchAll(/(`+) ?(.+?) ?\1(?!`)/g)].map((match) => (match[2] ?? '').replaceAll('\\|', '|'));
}
