import { inflateSync } from 'node:zlib';

/** A filled rectangle, in points from the upper left corner. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/**
 * The text of each page, glyph by glyph through the fonts' own ToUnicode tables (ISO 32000-1, 9.10.3), as a PDF viewer copies it. Reads
 * what PDFKit writes and no more: plain objects, Flate streams, fonts of two-byte codes.
 */
export function readPdf(bytes: Uint8Array): { readonly pages: readonly string[]; readonly squares: readonly Square[] } {
  const file = Buffer.from(bytes).toString('latin1');
  const objects = new Map<string, string>();
  for (const [, id = '', body = ''] of file.matchAll(/(\d+) 0 obj\n([^]*?)\nendobj/g)) objects.set(id, body);
  const objectOf = (id: string | undefined): string => objects.get(id ?? '') ?? '';
  const streamOf = (id: string | undefined): string => {
    const data = /stream\n([^]*)\nendstream/.exec(objectOf(id))?.[1] ?? '';
    return inflateSync(Buffer.from(data, 'latin1')).toString('latin1');
  };
  const tables = new Map<string, ReadonlyMap<number, string>>();
  const tableOf = (font: string): ReadonlyMap<number, string> => {
    const known = tables.get(font) ?? unicodeTable(streamOf(/\/ToUnicode (\d+) 0 R/.exec(objectOf(font))?.[1]));
    tables.set(font, known);
    return known;
  };
  const kids = /\/Kids \[([^\]]*)\]/.exec([...objects.values()].find((body) => body.includes('/Type /Pages')) ?? '');
  const squares: Square[] = [];
  const pages = [...(kids?.[1] ?? '').matchAll(/(\d+) 0 R/g)].map(([, id]) => {
    const page = objectOf(id);
    const resources = objectOf(/\/Resources (\d+) 0 R/.exec(page)?.[1]);
    const fonts = new Map(
      [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', font = '']) => [name, font]),
    );
    const content = streamOf(/\/Contents (\d+) 0 R/.exec(page)?.[1]);
    for (const [, x, y, side] of content.matchAll(/([\d.]+) ([\d.]+) ([\d.]+) [\d.]+ re\b/g)) {
      squares.push({ x: Number(x), y: Number(y), side: Number(side) });
    }
    return pageText(content, (name) => tableOf(fonts.get(name) ?? ''));
  });
  return { pages, squares };
}

function pageText(content: string, tableOf: (font: string) => ReadonlyMap<number, string>): string {
  let table: ReadonlyMap<number, string> = new Map();
  let text = '';
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) table = tableOf(font);
    else
      text += `${[...(shown ?? '').matchAll(/<([0-9a-f]*)>/g)].map(([, hex = '']) => decode(hex, table)).join('')}\n`;
  }
  return text;
}

function decode(hex: string, table: ReadonlyMap<number, string>): string {
  return (hex.match(/.{4}/g) ?? []).map((code) => table.get(Number.parseInt(code, 16)) ?? '\ufffd').join('');
}

function unicodeTable(cmap: string): ReadonlyMap<number, string> {
  const table = new Map<number, string>();
  for (const [, from = '', list = ''] of cmap.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g)) {
    // The letters of a ligature stand in one pair of brackets, with a space between them.
    const texts = [...list.matchAll(/<([0-9a-f ]+)>/g)].map(([, hex = '']) =>
      Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
    );
    for (const [index, text] of texts.entries()) table.set(Number.parseInt(from, 16) + index, text);
  }
  return table;
}
