import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Figure, Row } from '../frame/row.ts';
import { spreadOf } from '../frame/spread.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** `ok    what: 12.3 ms (limit 900 ms)`, as bench-desktop prints each figure. */
const LINE = /^(?:ok|OVER) +(.+): ([\d.]+) (\S*) \(limit ([\d.]+) \S*\)$/gm;

/** What `npm run bench:desktop` measures in Chromium: the first screen, scrolling, typing. It has no smaller form. */
export const desktopRow: Row = {
  name: 'desktop',
  title: "The client's screens in Chromium",
  run: async ({ quick, say }) => {
    if (quick) throw new Error('the browser has no quick form; run it with --only desktop');
    return figuresOf(await output(say));
  },
};

/** Reads the lines of the desktop's own benchmark. @throws Error when there are none */
export function figuresOf(text: string): readonly Figure[] {
  const figures = [...text.matchAll(LINE)].map(([, what = '', value = '', unit = '', limit = '']): Figure => {
    return { what, unit, measured: spreadOf([Number(value)]), goals: [{ atMost: Number(limit), of: 'figure' }] };
  });
  if (figures.length === 0) throw new Error(`It printed no figure: ${text.slice(-500)}`);
  return figures;
}

async function output(say: (line: string) => void): Promise<string> {
  const child = spawn('npm', ['run', '--silent', 'bench:desktop'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      text += piece.toString('utf8');
      say(piece.toString('utf8').trimEnd());
    });
  }
  await once(child, 'close');
  return text;
}
