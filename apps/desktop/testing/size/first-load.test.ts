import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { firstLoad, FIRST_LOAD_BYTES_MAX } from './first-load.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsm-size-'));
  mkdirSync(join(folder, '.vite'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, content: string | Buffer) => writeFileSync(join(folder, file), content);

/** A built page whose entry imports one shared chunk; the first screen and a chart are loaded on demand. */
function build(shared: Buffer): void {
  write('index.html', '<script src="/theme.js"></script><script type="module" src="/entry.js"></script>');
  write('theme.js', 'theme');
  write('entry.js', 'entry');
  write('shared.js', shared);
  write('market.js', 'market');
  write('chart.js', randomBytes(FIRST_LOAD_BYTES_MAX * 2));
  write(
    '.vite/manifest.json',
    JSON.stringify({
      'index.html': { file: 'entry.js', isEntry: true, imports: ['_shared'], dynamicImports: ['chart', 'market'] },
      _shared: { file: 'shared.js', imports: ['index.html'] },
      'listings/market-screen.tsx': { file: 'market.js', imports: ['_shared'], dynamicImports: ['chart'] },
      chart: { file: 'chart.js' },
    }),
  );
}

const total = () => firstLoad(folder).reduce((sum, { compressedBytes }) => sum + compressedBytes, 0);

test('what the start page, its static imports and the first screen load is counted once; what comes on demand is not', () => {
  build(Buffer.from('shared'));
  const files = firstLoad(folder).map(({ file }) => file);
  expect(files.toSorted()).toEqual(['entry.js', 'market.js', 'shared.js', 'theme.js']);
  expect(total()).toBeLessThan(FIRST_LOAD_BYTES_MAX);
});

test('a shared chunk that nothing compresses breaks the limit', () => {
  build(randomBytes(FIRST_LOAD_BYTES_MAX));
  expect(total()).toBeGreaterThan(FIRST_LOAD_BYTES_MAX);
});

test('a build without the first screen is an error, not a small one', () => {
  build(Buffer.from('shared'));
  write('.vite/manifest.json', JSON.stringify({ 'index.html': { file: 'entry.js' } }));
  expect(() => firstLoad(folder)).toThrow('listings/market-screen.tsx');
});
