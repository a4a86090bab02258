import type { FastifyInstance } from 'fastify';

/** What a browser sees at the root: where the interface is. It needs neither scripts nor styles. */
export function addWebPage(
  fastify: FastifyInstance,
  { publicUrl, apiPath }: { readonly publicUrl: string; readonly apiPath: string },
): void {
  const url = escapeHtml(`${publicUrl}${apiPath}`);
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Remote Servers Marketplace</title></head>
<body>
<h1>Remote Servers Marketplace</h1>
<p>This server is running. Its interface is at <code>${url}</code>; point the desktop client at <code>${escapeHtml(publicUrl)}</code>.</p>
<p><a href="/health/ready">Is it ready?</a> · <a href="/.well-known/jwks.json">Keys that sign certificates</a></p>
</body>
</html>
`;
  fastify.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
