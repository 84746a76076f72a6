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

const columns = 3;

/** Every row of every such table. @throws Error for a row that is not written like the others */
export function rowsOf(page: URL): Row[] {
  const rows: Row[] = [];
  let chapter = '';
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    chapter = /^## (.+)$/.exec(line)?.[1] ?? chapter;
    if (line.startsWith('| <a id=')) rows.push(readRow(line, chapter));
  }
  return rows;
}

/** Whether a text has everything that the page quotes, in that order. */
export function matches(quoted: string, text: string): boolean {
  const parts = quoted.split('…').map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('[\\s\\S]*?')).test(text);
}

function readRow(line: string, chapter: string): Row {
  const cells = line.slice(1, -1).split(/(?<!\\)\|/);
  const [seen = '', , fix = ''] = cells;
  const id = /<a id="([a-z0-9-]+)"><\/a>/.exec(seen)?.[1];
  if (!id || cells.length !== columns) throw new Error(`this row is not written like the others: ${line}`);
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
