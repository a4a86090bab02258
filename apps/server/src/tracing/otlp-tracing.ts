import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Context, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider, type IdGenerator } from '@opentelemetry/sdk-trace';
import { currentRequestId, type Logger } from '../logging.ts';
import { productVersion } from '../version.ts';
import type { EndedSpan, SpanName, Tracing } from './tracing.ts';

/** Spans that wait for the collector at most; beyond it they are dropped, because a slow collector must not fill the memory. */
const QUEUE_MAX = 4_096;
const BATCH_MAX = 512;
const SEND_EVERY_DEFAULT_MS = 5_000;
const SEND_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 3_000;

export interface OtlpTracingOptions {
  /** The collector without a path, as `OTEL_EXPORTER_OTLP_ENDPOINT` names it (OpenTelemetry, protocol exporter). */
  readonly endpoint: string;
  /** Which process this is. */
  readonly service: string;
  readonly log: Logger;
  readonly sendEveryMs?: number;
}

export interface RunningTracing extends Tracing {
  /** Sends what waits, within three seconds. */
  stop(): Promise<void>;
}

/** Sends spans to a collector with OpenTelemetry's own SDK, as JSON over HTTP. Nothing global is set. */
export function createOtlpTracing(options: OtlpTracingOptions): RunningTracing {
  const ids = new RequestIds();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service, 'service.version': productVersion }),
    idGenerator: ids,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: exporterOf(options),
        maxQueueSize: QUEUE_MAX,
        maxExportBatchSize: BATCH_MAX,
        scheduledDelayMillis: options.sendEveryMs ?? SEND_EVERY_DEFAULT_MS,
        exportTimeoutMillis: SEND_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('rsm');
  const active = new AsyncLocalStorage<Context>();

  const begin = ({ attributes = {}, kind, name }: SpanName, parent: Context, beganAtMs = Date.now()): Span =>
    tracer.startSpan(
      name,
      { kind: SPAN_KINDS[kind], attributes: { ...attributes, 'rsm.kind': kind }, startTime: beganAtMs },
      parent,
    );

  function end(span: Span, hasFailed: boolean, endedAtMs = Date.now()): void {
    if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endedAtMs);
  }

  function tell(ended: EndedSpan, parent: Context): void {
    const now = Date.now();
    end(begin(ended, parent, now - ended.durationMs), ended.hasFailed, now);
  }

  /** The span around, or the root of the request that is being answered or has caused the job. */
  const parentNow = (): Context => active.getStore() ?? contextOf(currentRequestId());

  return {
    run(named, work) {
      const parent = parentNow();
      const span = begin(named, parent);
      return active.run(trace.setSpan(parent, span), () => {
        try {
          const result = work();
          if (!(result instanceof Promise)) {
            end(span, false);
            return result;
          }
          // Looked at from beside: whoever awaits the work still sees its failure.
          result.then(
            () => end(span, false),
            () => end(span, true),
          );
          return result;
        } catch (error) {
          end(span, true);
          throw error;
        }
      });
    },
    ended: (span) => tell(span, parentNow()),
    answered(span, requestId) {
      const root = rootIdsOf(requestId);
      if (root === null) tell(span, ROOT_CONTEXT);
      else ids.with(root, () => tell(span, ROOT_CONTEXT));
    },
    async stop() {
      const limit = AbortSignal.timeout(STOP_TIMEOUT_MS);
      const late = new Promise<void>((resolve) => limit.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([provider.shutdown(), late]);
    },
  };
}

const SPAN_KINDS = {
  request: SpanKind.SERVER,
  service: SpanKind.INTERNAL,
  statement: SpanKind.CLIENT,
  job: SpanKind.CONSUMER,
  ssh: SpanKind.CLIENT,
} as const satisfies Record<SpanName['kind'], SpanKind>;

interface RootIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** A request's number is a UUID, which has as many bits as the id of a trace (W3C Trace Context, section 3.2.2.3). */
function rootIdsOf(requestId: string | null): RootIds | null {
  const hex = requestId?.replaceAll('-', '').toLowerCase() ?? '';
  return /^(?!0+$)[0-9a-f]{16}(?!0+$)[0-9a-f]{16}$/.test(hex) ? { traceId: hex, spanId: hex.slice(16) } : null;
}

function contextOf(requestId: string | null): Context {
  const root = rootIdsOf(requestId);
  if (root === null) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { ...root, traceFlags: TraceFlags.SAMPLED, isRemote: true });
}

/** Random ids, except for the root of a request's trace. */
class RequestIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #next: RootIds | null = null;

  generateTraceId = (): string => this.#next?.traceId ?? this.#random.generateTraceId();
  generateSpanId = (): string => this.#next?.spanId ?? this.#random.generateSpanId();

  with(root: RootIds, work: () => void): void {
    this.#next = root;
    try {
      work();
    } finally {
      this.#next = null;
    }
  }
}

/** Says once when the collector can't be reached, and once when it can be again: the exporter itself says nothing. */
function exporterOf({ endpoint, log }: OtlpTracingOptions): OTLPTraceExporter {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: SEND_TIMEOUT_MS,
  });
  const send = exporter.export.bind(exporter);
  let isReached = true;
  exporter.export = (spans, done) =>
    send(spans, (result) => {
      const succeeds = result.error === undefined;
      if (!succeeds && isReached) log.warn({ err: result.error }, 'Traces can not be sent; they are dropped');
      if (succeeds && !isReached) log.info('Traces are sent again');
      isReached = succeeds;
      done(result);
    });
  return exporter;
}
