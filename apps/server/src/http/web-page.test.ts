import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readRendererFiles, RENDERER_FILES_MAX } from './renderer-files.ts';
import { addWebPage, PAGE_POLICY } from './web-page.ts';

const INDEX = '<!doctype html><title>The client</title><script type="module" src="/assets/index-abc123.js"></script>';
const SCRIPT = `console.log(${JSON.stringify('a long line '.repeat(500))});`;
const SECRET = 'nobody may read this';

const built: Readonly<Record<string, string>> = {
  'index.html': INDEX,
  'theme.js': 'document.documentElement.dataset.theme = "dark";',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'assets/index-abc123.js': SCRIPT,
  'assets/inter-abc123.woff2': 'font',
  '.vite/manifest.json': '{}',
  'assets/notes.sh': SECRET,
};

/** A folder with a built client; beside it lies what must never be served. */
async function folder(files = built): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'rsm-page-'));
  onTestFinished(async () => rm(root, { recursive: true }));
  await writeFile(join(root, 'secret.js'), SECRET);
  const directory = join(root, 'renderer');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}

async function serve(rendererDir: string | undefined) {
  const fastify = Fastify();
  onTestFinished(async () => fastify.close());
  const page = addWebPage(fastify, { publicUrl: 'http://127.0.0.1:4600', apiPath: '/api/v1', rendererDir });
  await page.load();
  return { fastify, page, get: async (url: string, headers = {}) => fastify.inject({ url, headers }) };
}

describe('the built client', () => {
  it('is the page at the root, never kept, under a policy that admits this server alone', async () => {
    const { get } = await serve(await folder());
    const { body, headers } = await get('/');
    expect(body).toBe(INDEX);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': PAGE_POLICY,
    });
    expect(PAGE_POLICY.replace("style-src-elem 'self' 'unsafe-inline'", '')).not.toMatch(/unsafe|https?:|\*/);
  });

  it('answers each of its screens with itself', async () => {
    const { get } = await serve(await folder());
    for (const path of ['/bookings', '/bookings/019a0000-0000-7000-8000-000000000006?tab=history', '/market/']) {
      const { body, statusCode } = await get(path);
      expect([path, statusCode, body]).toEqual([path, 200, INDEX]);
    }
  });

  it('keeps hashed files for a year and asks again for the others', async () => {
    const { get } = await serve(await folder());
    expect((await get('/assets/index-abc123.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const theme = await get('/theme.js');
    expect(theme.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'text/javascript; charset=utf-8',
    });
    const again = await get('/theme.js', { 'if-none-match': theme.headers.etag });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it.each<[string, string | undefined, string | undefined]>([
    ['the best', 'gzip, deflate, br', 'br'],
    ['what it takes', 'gzip;q=0.8', 'gzip'],
    ['nothing that it refuses', 'br;q=0, gzip;q=0.0', undefined],
    ['nothing when it says nothing', undefined, undefined],
  ])('is compressed for a client that asks: %s', async (_what, accepted, encoding) => {
    const { get } = await serve(await folder());
    const response = await get(
      '/assets/index-abc123.js',
      accepted === undefined ? {} : { 'accept-encoding': accepted },
    );
    expect(response.headers['content-encoding']).toBe(encoding);
    expect(response.headers.vary).toBe('accept-encoding');
    const bytes = response.rawPayload;
    const plain = encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes;
    expect(plain.toString()).toBe(SCRIPT);
  });

  it('is not compressed where that is worth nothing', async () => {
    const { get } = await serve(await folder());
    const font = await get('/assets/inter-abc123.woff2', { 'accept-encoding': 'br' });
    expect(font.headers['content-encoding']).toBeUndefined();
    expect(font.headers['content-type']).toBe('font/woff2');
  });

  it('leaves what belongs to the server, and files that do not exist, not found', async () => {
    const { get } = await serve(await folder());
    const paths = ['/api', '/api/v2/x', '/health', '/health/x', '/.well-known/x', '/assets/gone.js', '/robots.txt'];
    for (const path of paths) expect([path, (await get(path)).statusCode]).toEqual([path, 404]);
  });

  it('appears as soon as it is built, and stays while it is built anew', async () => {
    const directory = await folder({});
    const { get, page } = await serve(directory);
    expect((await get('/')).body).toContain('npm run build');
    expect((await get('/bookings')).statusCode).toBe(404);
    await mkdir(directory);
    await writeFile(join(directory, 'index.html'), INDEX);
    await expect(page.load()).resolves.toBe(true);
    expect((await get('/bookings')).body).toBe(INDEX);
    await rm(join(directory, 'index.html'));
    await expect(page.load()).resolves.toBe(false);
    expect((await get('/')).body).toBe(INDEX);
  });
});

describe('a folder', () => {
  it('gives no hidden files, no unknown types and nothing behind links', async () => {
    const directory = await folder();
    await symlink(join(directory, '../secret.js'), join(directory, 'assets/link.js'));
    await symlink(join(directory, '..'), join(directory, 'assets/up'));
    const files = await readRendererFiles(directory);
    expect([...(files?.keys() ?? [])].toSorted()).toEqual(
      ['/assets/index-abc123.js', '/assets/inter-abc123.woff2', '/icon.svg', '/index.html', '/theme.js'].toSorted(),
    );
  });

  it('with more files than a client has is refused', async () => {
    const many = Array.from({ length: RENDERER_FILES_MAX + 1 }, (_, n) => [`assets/${String(n)}.js`, ''] as const);
    await expect(readRendererFiles(await folder(Object.fromEntries(many)))).rejects.toThrow(/no built client/);
  });

  it('without a page is no client', async () => {
    await expect(readRendererFiles(await folder({ 'theme.js': '' }))).resolves.toBeNull();
  });
});

describe('a path out of the folder', () => {
  /** As written, past every client library that would tidy it up. */
  async function ask(port: number, target: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`, 'latin1');
      });
      socket.on('data', (bytes) => (text += bytes.toString('latin1')));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
  }

  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/%2e%2e%2fsecret.js',
    '/..%5csecret.js',
    '/..\\secret.js',
    '/%252e%252e%252fsecret.js',
    '/....//secret.js',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/assets/%00index-abc123.js',
    '/assets/index-abc123.js%00',
    '/..',
    '/.',
    '/bookings/..',
    '/bookings/../../etc/passwd',
    '/%c0%ae%c0%ae/secret.js',
    '/%',
    '/%zz',
    '/.vite/manifest.json',
    '/.git/config',
    '/assets/notes.sh',
    '/C:\\windows\\win.ini',
    'http://elsewhere.example/../secret.js',
    '*',
    `/${'a'.repeat(2_000)}`,
  ])('is refused: %s', async (target) => {
    const { fastify } = await serve(await folder());
    await fastify.listen({ host: '127.0.0.1', port: 0 });
    const address = fastify.server.address();
    const answer = await ask(typeof address === 'object' && address !== null ? address.port : 0, target);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain(SECRET);
  });
});
