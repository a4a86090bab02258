import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

/** All JavaScript that a window loads before its first screen can be used, compressed. Issue text and quality figures agree on it. */
export const FIRST_LOAD_BYTES_MAX = 300 * 1_000;

/** The first screen: whoever opens the program sees the market. Its route is loaded on demand, but nothing is usable before. */
const FIRST_SCREEN = 'listings/market-screen.tsx';
const ENTRY = 'index.html';

const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.array(z.string()).optional(), isEntry: z.boolean().optional() }),
);
type Manifest = z.infer<typeof manifestSchema>;

export interface LoadedFile {
  readonly file: string;
  readonly compressedBytes: number;
}

/**
 * The scripts that Vite's manifest says are loaded first, and the ones that the start page names itself.
 * @throws Error when the build lacks the start page or the first screen, so that nothing is counted as small by mistake
 */
export function firstLoad(rendererFolder: string): readonly LoadedFile[] {
  const read = (file: string): Buffer => readFileSync(join(rendererFolder, file));
  const manifest = manifestSchema.parse(JSON.parse(read('.vite/manifest.json').toString('utf8')));
  const named = [
    ...read(ENTRY)
      .toString('utf8')
      .matchAll(/<script[^>]* src="(?:[.]?\/)?([^"]+)"/g),
  ].map(([, file = '']) => file);
  const files = new Set([...named, ...filesOf(manifest, [ENTRY, FIRST_SCREEN])].filter((file) => /\.m?js$/.test(file)));
  // Level 6 is what servers and CDNs send; Brotli would be smaller by a sixth.
  return [...files]
    .map((file) => ({ file, compressedBytes: gzipSync(read(file), { level: 6 }).length }))
    .toSorted((left, right) => right.compressedBytes - left.compressedBytes);
}

function filesOf(manifest: Manifest, entries: readonly string[]): ReadonlySet<string> {
  const files = new Set<string>();
  const open = [...entries];
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`The build's manifest has no ${name}.`);
    files.add(chunk.file);
    open.push(...(chunk.imports ?? []));
  }
  return files;
}
