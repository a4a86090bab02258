import { createServer } from 'node:http';
import { z } from 'zod';

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  status: z.object({ code: z.int() }),
  attributes: z.array(z.object({ key: z.string(), value: z.unknown() })),
});
export type CollectedSpan = z.infer<typeof spanSchema>;

/** What a collector takes as JSON (OpenTelemetry protocol 1.x, ExportTraceServiceRequest), as far as it is looked at here. */
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({ resource: z.unknown(), scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) }),
  ),
});

export interface Collector {
  readonly url: string;
  /** How it answers from now on. */
  answer(status: number): void;
  spans(): readonly CollectedSpan[];
  close(): Promise<void>;
}

/** Stands for a collector of OpenTelemetry on this computer: keeps what it is sent. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url !== '/v1/traces') return void response.writeHead(404).end();
      if (status === 200) {
        const sent = requestSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        for (const { scopeSpans } of sent.resourceSpans) spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      }
      return void response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    answer: (next) => {
      status = next;
    },
    spans: () => spans,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
