/** What a span is about; from a closed list, as its name and its attributes are: never from people. */
export type SpanKind = 'request' | 'service' | 'statement' | 'job' | 'ssh';

export interface SpanName {
  readonly kind: SpanKind;
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

export interface EndedSpan extends SpanName {
  readonly durationMs: number;
  readonly hasFailed: boolean;
}

/**
 * Tells a collector what this process spends its time on. The trace of a request has the request's number as its id, so that the
 * log leads to the trace and back; a job that a request has caused is in the same trace.
 */
export interface Tracing {
  /** Runs the work inside a span: what ends within it belongs to it. A promise ends it when it settles. */
  run<Result>(span: SpanName, work: () => Result): Result;
  /** Something that has just ended. */
  ended(span: EndedSpan): void;
  /** A request that has just been answered: the root of its trace. */
  answered(span: EndedSpan, requestId: string): void;
}

/** For a process whose traces nobody collects. */
export const noTracing: Tracing = Object.freeze({
  run: <Result>(_span: SpanName, work: () => Result): Result => work(),
  ended: () => undefined,
  answered: () => undefined,
});
