import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** What every log line of one request or job carries. */
export interface LogContext {
  readonly requestId?: string;
  readonly job?: string;
  readonly jobKey?: string;
}

const context = new AsyncLocalStorage<LogContext>();

/**
 * Runs the work so that all its log lines carry the context. It is for logs alone: nothing else may be read from it but the number
 * of the request, which is written beside a job so that the job's lines carry it too.
 */
export function withLogContext<Result>(lines: LogContext, work: () => Result): Result {
  return context.run(lines, work);
}

/** The number of the request that is being answered, or that has caused the running job. */
export function currentRequestId(): string | null {
  return context.getStore()?.requestId ?? null;
}

/** Field names that hold secrets, wherever they stand in a record. */
const SECRET_NAMES = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'newPassword',
  'token',
  'accessToken',
  'sessionSecret',
  'secret',
  'privateKey',
  'privateKeyPem',
  'key',
  'keyEncryptionKeys',
  'apiKey',
  'connectionString',
  'source',
] as const;

/** pino's wildcard stands for one level: records are flat, errors and requests have one or two levels more. */
const REDACTED_DEPTH = 4;
const redactedPaths = SECRET_NAMES.flatMap((name) =>
  Array.from({ length: REDACTED_DEPTH }, (_, depth) => `${'*.'.repeat(depth)}["${name}"]`.replace('.[', '[')),
);

/** Passwords in URLs (postgres, smtp) and bearer tokens that an error's text may quote. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi, '$1[redacted]@'],
  [/\bBearer\s+[A-Za-z0-9._~+/=-]+/gi, 'Bearer [redacted]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g, '[redacted token]'],
  [/\b(?:[sr]k_(?:live|test)|whsec|pi_[A-Za-z0-9]+_secret)_[A-Za-z0-9_]+/g, '[redacted key]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[redacted key]'],
];

/** The text without the secrets that can be told by their form. */
export function withoutSecrets(text: string): string {
  return SECRET_TEXTS.reduce((clean, [form, replacement]) => clean.replaceAll(form, replacement), text);
}

function cleanError(error: Error): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    stack: withoutSecrets(error.stack ?? ''),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause instanceof Error ? { cause: cleanError(error.cause) } : {}),
  };
}

export interface CreateLoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly destination?: DestinationStream;
}

/** JSON lines on standard error, so that what a command answers on standard output stays clean. */
export function createLogger({ level, destination }: CreateLoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => ({ ...context.getStore() }),
      redact: { paths: redactedPaths, censor: '[redacted]' },
      serializers: {
        err: (error: unknown) =>
          error instanceof Error ? cleanError(error) : { message: withoutSecrets(String(error)) },
      },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
