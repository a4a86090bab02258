import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { contentTypeOf } from './content-types.ts';
import { schemePathOf } from './scheme-path.ts';

export interface SchemeRequest {
  readonly url: string;
  readonly method: string;
}

export interface SchemeAnswer {
  readonly status: 200 | 400 | 404 | 405;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

const START_FILE = 'index.html';

/** Answers what a window asks of `app://rsm/`: the files of the built renderer, and its start page for every screen. */
export function createSchemeResolver(options: {
  readonly rendererFolder: string;
  readonly serverOrigin: () => Promise<string | null>;
}): (request: SchemeRequest) => Promise<SchemeAnswer> {
  const { rendererFolder, serverOrigin } = options;

  return async (request) => {
    const common = await headersFor();
    const without = (status: 400 | 404 | 405): SchemeAnswer => ({ status, headers: common, body: null });
    if (request.method !== 'GET' && request.method !== 'HEAD') return without(405);
    const path = schemePathOf(request.url);
    if (path.kind === 'refused') return without(400);
    const segments = path.kind === 'screen' ? [START_FILE] : path.segments;
    const type = contentTypeOf(extname(segments.at(-1) ?? ''));
    if (type === null) return without(404);
    const content = await readWithin(rendererFolder, segments);
    if (content === null) return without(404);
    return {
      status: 200,
      headers: { ...common, 'content-type': type, 'content-length': String(content.length) },
      body: request.method === 'HEAD' ? null : content,
    };
  };

  async function headersFor(): Promise<Record<string, string>> {
    return {
      'content-security-policy': contentSecurityPolicy(await serverOrigin()),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      // The policy names the server, which the person may change: nothing of it may come from a cache.
      'cache-control': 'no-store',
    };
  }
}

/** A file's content; null when there is none, or when a link in the folder leads out of it. */
async function readWithin(folder: string, segments: readonly string[]): Promise<Uint8Array | null> {
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, ...segments));
    return file.startsWith(root + sep) ? await readFile(file) : null;
  } catch {
    return null;
  }
}
