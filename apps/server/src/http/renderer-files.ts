import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type ContentEncoding = 'br' | 'gzip';

/** A file of the built client, held in memory with its compressed forms. */
export interface RendererFile {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly etag: string;
  readonly bytes: Buffer;
  /** Whether compressing is worth it; images and fonts are compressed already. */
  readonly compresses: boolean;
  /** Compressed once; later calls get the same bytes. */
  encoded(encoding: ContentEncoding): Promise<Buffer>;
}

/** The built files by the path they are asked for with, such as `/assets/index-abc.js`. */
export type RendererFiles = ReadonlyMap<string, RendererFile>;

/** The built client has some dozens of files of together about 3 MB; more means that the folder is another one. */
export const RENDERER_FILES_MAX = 500;
export const RENDERER_BYTES_MAX = 32 * 1_024 * 1_024;
const DEPTH_MAX = 4;
/** Below this the headers cost more than compression saves. */
const COMPRESSED_BYTES_MIN = 1_024;
/** Next to the best there is, at a fifth of its time. */
const BROTLI_QUALITY = 9;

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const compressedAlready = new Set(['.ico', '.png', '.webp', '.woff2']);

export const INDEX_PATH = '/index.html';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/**
 * Reads the built client into memory. Paths are looked up and never joined, so that no request can leave the folder; links
 * and hidden files are left out, and so is what has no known type.
 * @returns null when there is no built client in the folder
 * @throws Error when the folder holds more than a client could
 */
export async function readRendererFiles(directory: string): Promise<RendererFiles | null> {
  const paths = await listFiles(directory, '', 0);
  const files = new Map<string, RendererFile>();
  let bytesTotal = 0;
  for (const path of paths) {
    const extension = extname(path);
    const contentType = contentTypes[extension];
    if (contentType === undefined) continue;
    const bytes = await readFile(join(directory, path));
    bytesTotal += bytes.length;
    if (files.size >= RENDERER_FILES_MAX || bytesTotal > RENDERER_BYTES_MAX) {
      throw new Error(
        `${directory} holds more than ${String(RENDERER_FILES_MAX)} files or ${String(RENDERER_BYTES_MAX)} bytes: this is no built client.`,
      );
    }
    files.set(path, rendererFile(path, { bytes, contentType, compresses: !compressedAlready.has(extension) }));
  }
  return files.has(INDEX_PATH) ? files : null;
}

/**
 * Compresses one file after the other, so that the screens of the first visitor are ready and a processor stays free. Every
 * browser of today takes Brotli; whoever wants gzip waits for it once.
 */
export async function compressAll(files: RendererFiles): Promise<void> {
  for (const file of files.values()) {
    if (file.compresses) await file.encoded('br');
  }
}

async function listFiles(directory: string, below: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(join(directory, below), { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = `${below}/${entry.name}`;
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory() && depth < DEPTH_MAX) found.push(...(await listFiles(directory, path, depth + 1)));
  }
  return found;
}

function rendererFile(
  path: string,
  { bytes, contentType, compresses }: { bytes: Buffer; contentType: string; compresses: boolean },
): RendererFile {
  const made = new Map<ContentEncoding, Promise<Buffer>>();
  return {
    contentType,
    cacheControl: cacheControlOf(path),
    // Weak, because the compressed forms share it (RFC 9110, section 8.8.1).
    etag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
    bytes,
    compresses: compresses && bytes.length >= COMPRESSED_BYTES_MIN,
    encoded: async (encoding) => {
      const known = made.get(encoding);
      if (known !== undefined) return known;
      const making = encoding === 'br' ? brotli(bytes, { params: brotliParams(bytes) }) : deflate(bytes);
      made.set(encoding, making);
      return making;
    },
  };
}

function brotliParams(bytes: Buffer): Record<number, number> {
  return {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  };
}

/** Names below /assets hold a hash of the content, so they never change; the page itself says which of them are current. */
function cacheControlOf(path: string): string {
  if (path.startsWith('/assets/')) return 'public, max-age=31536000, immutable';
  return path === INDEX_PATH ? 'no-store' : 'no-cache';
}
