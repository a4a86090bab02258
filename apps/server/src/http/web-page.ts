import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ContentEncoding, RendererFile, RendererFiles } from './renderer-files.ts';
import { compressAll, INDEX_PATH, readRendererFiles } from './renderer-files.ts';

/**
 * What the page may load and speak with: this server alone. No inline script or style attribute, no frame around it, no form
 * that leaves it. Style elements are admitted, because sonner makes one for its notices; the desktop's policy is the same.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-elem 'self' 'unsafe-inline'",
  "style-src-attr 'none'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** These belong to the server: what is not there is not found, and never the page. */
const SERVER_PATHS = /^\/(?:api|health|webhooks|\.well-known)(?:\/|$)/;
const PATH_CHARS_MAX = 1_024;
/** Not in any path of ours: ways out of a folder, a second encoding, other separators, control characters. */
const HOSTILE = /[\\%\p{Cc}]|\/\/|\/\.|^[^/]/u;

export interface WebPageOptions {
  readonly publicUrl: string;
  readonly apiPath: string;
  /** Where the built client lies, or will lie. */
  readonly rendererDir: string | undefined;
}

export interface WebPage {
  /** Reads the built client anew; false when there is none, and what was served before stays. */
  readonly load: () => Promise<boolean>;
}

/** Serves the built client as a web page: its files from memory, and itself for every path that is one of its screens. */
export function addWebPage(fastify: FastifyInstance, options: WebPageOptions): WebPage {
  const plainPage = plainPageOf(options);
  let files: RendererFiles | undefined;
  let isCompressing = false;
  /** Once somebody comes who will ask for the rest: a server that only clients of the API use need not work for a second. */
  const compressOnce = (all: RendererFiles): void => {
    if (isCompressing) return;
    isCompressing = true;
    compressAll(all).catch((error: unknown) => fastify.log.warn({ err: error }, 'The page could not be compressed'));
  };
  fastify.get('/*', async (request, reply) => {
    const path = pathOf(request.url);
    if (path === null || SERVER_PATHS.test(path)) return reply.callNotFound();
    if (files === undefined) {
      return path === '/' ? reply.type('text/html; charset=utf-8').send(plainPage) : reply.callNotFound();
    }
    const file = files.get(path) ?? (isScreen(path) ? files.get(INDEX_PATH) : undefined);
    if (file === undefined) return reply.callNotFound();
    if (file === files.get(INDEX_PATH)) compressOnce(files);
    return sendFile(request, reply, file);
  });
  return {
    load: async () => {
      const read = options.rendererDir === undefined ? null : await readRendererFiles(options.rendererDir);
      if (read === null) return false;
      files = read;
      isCompressing = false;
      return true;
    },
  };
}

/** The decoded path of a request, or null for one that no client of ours would ask for. */
function pathOf(url: string): string | null {
  const raw = url.split(/[?#]/, 1)[0] ?? '';
  if (raw.length > PATH_CHARS_MAX) return null;
  try {
    const path = decodeURIComponent(raw);
    return path.startsWith('/.well-known/') || !HOSTILE.test(path) ? path : null;
  } catch {
    return null;
  }
}

/** Screens have no file extension. */
function isScreen(path: string): boolean {
  return !(path.split('/').at(-1) ?? '').includes('.');
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, file: RendererFile): Promise<FastifyReply> {
  const headers = {
    'cache-control': file.cacheControl,
    etag: file.etag,
    ...(file.compresses ? { vary: 'accept-encoding' } : {}),
    ...(file.contentType.startsWith('text/html') ? { 'content-security-policy': PAGE_POLICY } : {}),
  };
  if (request.headers['if-none-match'] === file.etag) return reply.headers(headers).code(304).send();
  const encoding = file.compresses ? encodingFor(request.headers['accept-encoding']) : null;
  const body = encoding === null ? file.bytes : await file.encoded(encoding);
  return reply
    .headers({ ...headers, ...(encoding === null ? {} : { 'content-encoding': encoding }) })
    .type(file.contentType)
    .send(body);
}

/** The better of the encodings that the client takes (RFC 9110, section 12.5.3); one with `q=0` is refused. */
function encodingFor(accepted: string | string[] | undefined): ContentEncoding | null {
  const offers = (typeof accepted === 'string' ? accepted : '').split(',').map((offer) => offer.trim().toLowerCase());
  const takes = (name: string): boolean =>
    offers.some((offer) => offer.split(';', 1)[0]?.trim() === name && !/;\s*q=0(?:\.0*)?$/.test(offer));
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : null;
}

/** What a browser sees while there is no built client. It needs neither scripts nor styles. */
function plainPageOf({ publicUrl, apiPath }: WebPageOptions): string {
  const url = escapeHtml(`${publicUrl}${apiPath}`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Remote Servers Marketplace</title></head>
<body>
<h1>Remote Servers Marketplace</h1>
<p>This server is running. Its interface is at <code>${url}</code>; point the desktop client at <code>${escapeHtml(publicUrl)}</code>.</p>
<p>The web page is not built yet: <code>npm start</code> builds it by itself, elsewhere <code>npm run build</code> does.</p>
<p><a href="/health/ready">Is it ready?</a> · <a href="/.well-known/jwks.json">Keys that sign certificates</a></p>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
