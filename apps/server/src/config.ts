import { networkInterfaces } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { benchmarkKinds, type BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';
import type { ContainerImage } from '@rsm/domain/access/container-image';
import { DAY_MS, SECOND_MS } from '@rsm/domain/common/instant';
import { currencySchema, type AmountMicros, type Currency } from '@rsm/domain/common/money';
import type { DocumentParty } from '@rsm/domain/documents/document-content';
import type { Tax } from '@rsm/domain/documents/tax';
import { parseEnvironment, type ConfigProblem, type Environment } from './config/environment.ts';
import { isLoopbackHost, productionProblems } from './config/production-rules.ts';
import { readSecrets, type Secrets } from './config/secrets.ts';
import { isStripeWanted, readStripeSettings, type StripeSettings } from './config/stripe-settings.ts';

export type Mode = 'demo' | 'production';

/** The one central configuration: read once, checked, passed on. Nothing else reads the environment. */
export interface Config {
  readonly mode: Mode;
  /** Absolute. Holds what this installation keeps on disk: the embedded database, generated keys, collected mails. */
  readonly dataDir: string;
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** How long it goes on answering after the signal to end, so that a load balancer can turn away from it. */
    readonly drainMs: number;
    readonly trustedProxies: readonly string[];
    /** Without a slash at its end. */
    readonly publicUrl: string;
    readonly desktopOrigin: string;
    /** Where `npm run build` puts the client that is served as a web page. */
    readonly rendererDir: string;
  };
  readonly database:
    | { readonly kind: 'embedded'; readonly poolMax: number; readonly prepared: boolean }
    | {
        readonly kind: 'external';
        /** For queries; a PgBouncer may stand between. */
        readonly url: string;
        /** The same role, straight to Postgres: jobs and the listener. */
        readonly directUrl: string;
        /** The owner of the tables, straight to Postgres: migrations. */
        readonly ownerUrl: string;
        /** A streaming replica, and how old what it shows may be; null where there is none. */
        readonly replica: { readonly url: string; readonly staleMsMax: number } | null;
        readonly poolMax: number;
        /** Whether hot statements are prepared by name. */
        readonly prepared: boolean;
      };
  readonly machines: {
    /** Private networks, in CIDR form, that machines may be in. */
    readonly networks: readonly string[];
    /** Where our connections come from, as machines see it: addresses or networks in CIDR form. */
    readonly controlAddresses: readonly string[];
    readonly lab: boolean;
    /** What containers may be made from; the first is used. Without one no container is offered. */
    readonly containerImages: readonly ContainerImage[];
    /** Seconds of one benchmark run. */
    readonly benchmarkSecondsPerRun: number;
    /** What is measured on machines, of that which can be. */
    readonly benchmarkKinds: readonly BenchmarkKind[];
    /** An iperf3 server of the operator's; null where there is none. */
    readonly networkPeer: { readonly host: string; readonly port: number } | null;
    /** How slow a machine may be at the start of a booking, in per cent of what was measured. */
    readonly handoverSpeedMinPercent: number;
  };
  readonly identity:
    | { readonly kind: 'better-auth' }
    | {
        readonly kind: 'supabase';
        readonly url: string;
        readonly anonKey: string;
        readonly serviceRoleKey: string;
      };
  readonly mail: { readonly from: string } & (
    | { readonly kind: 'smtp'; readonly url: string }
    | { readonly kind: 'folder'; readonly directory: string }
  );
  readonly payments: {
    readonly currency: Currency;
    readonly platformFeeBasisPoints: number;
    /** How much longer the earnings of a new provider wait. */
    readonly newProviderReserveMs: number;
    /** Limit for the months of renters who decided nothing themselves; null for none. */
    readonly renterMonthlyLimit: AmountMicros | null;
  } & ({ readonly processor: 'test' | 'manual' } | { readonly processor: 'stripe'; readonly stripe: StripeSettings });
  readonly documents: {
    /** What every price includes. */
    readonly tax: Tax;
    /** Who issues invoices and statements. */
    readonly issuer: DocumentParty;
  };
  readonly providers: { readonly approval: 'automatic' | 'manual' };
  readonly worker: { readonly concurrency: number };
  /** Where whoever collects the metrics of a process asks for them; null when nobody does. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** A collector of OpenTelemetry; null when nobody collects traces. */
  readonly tracing: { readonly endpoint: string } | null;
  /** From how long on a statement is logged; 0 logs none. */
  readonly slowStatementMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly secrets: Secrets;
}

export const HTTP_PORT_DEFAULT = 4600;
const WORKER_CONCURRENCY_DEFAULT = 8;
/** Publishing a listing waits so long for a replica that does not answer, see `Replica.untilShown`. */
const REPLICA_STALE_DEFAULT_MS = 2_000;
/** Load balancers look at the readiness every second or two. */
const HTTP_DRAIN_DEFAULT_SECONDS = 3;
const SLOW_STATEMENT_DEFAULT_MS = 1_000;
const DATABASE_POOL_MAX_DEFAULT = 10;
const PLATFORM_FEE_BASIS_POINTS_DEFAULT = 1_000;
const PROVIDER_RESERVE_DAYS_DEFAULT = 7;
const TAX_NAME_DEFAULT = 'VAT';

/** Everything that is wrong with the configuration, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(mode: Mode, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, message, remedy }) => `  ${variable}: ${message}\n      ${remedy}`);
    super(`The configuration can't be used (mode ${mode}):\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

export interface LoadConfigOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin: the root of the checkout. */
  readonly rootDir: string;
  /** Effective user id; undefined where the system has none. */
  readonly uid: number | undefined;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration. In demo, keys that are not given are made and kept below the data folder.
 * @throws ConfigError naming every problem with its variable and the way out.
 */
export function loadConfig({ env, rootDir, uid }: LoadConfigOptions): LoadedConfig {
  const { values, invalid, problems: formProblems, warnings } = parseEnvironment(env);
  const mode: Mode = values.RSM_MODE ?? 'demo';
  const dataDir = absolute(values.RSM_DATA_DIR ?? '.data', rootDir);
  const generatedSecretsDir = join(dataDir, 'secrets');
  const located = withAbsoluteFiles(values, rootDir);
  const problems: ConfigProblem[] = [
    ...formProblems,
    ...(mode === 'production'
      ? productionProblems(located, invalid, { uid, generatedSecretsDir })
      : demoProblems(values)),
    ...alwaysProblems(values, invalid),
  ];
  const stripe = isStripeWanted(values, invalid) ? readStripeSettings(located, mode, invalid, problems) : undefined;
  // Keys are made only when nothing else is wrong: a refused start leaves nothing behind.
  const mayGenerate = mode === 'demo' && problems.length === 0;
  const secrets = readSecrets(located, problems, mayGenerate ? generatedSecretsDir : undefined);
  if (problems.length > 0 || secrets === undefined) throw new ConfigError(mode, problems);
  return { config: assemble(mode, dataDir, rootDir, values, secrets, stripe), warnings };
}

function absolute(path: string, rootDir: string): string {
  return isAbsolute(path) ? path : resolve(rootDir, path);
}

function withAbsoluteFiles(values: Environment, rootDir: string): Environment {
  const located = (path: string | undefined) => (path === undefined ? undefined : absolute(path, rootDir));
  return {
    ...values,
    SECRETS_KEKS_FILE: located(values.SECRETS_KEKS_FILE),
    CERTIFICATE_SIGNING_KEY_FILE: located(values.CERTIFICATE_SIGNING_KEY_FILE),
    CERTIFICATE_RETIRED_KEYS_FILE: located(values.CERTIFICATE_RETIRED_KEYS_FILE),
    SESSION_SECRET_FILE: located(values.SESSION_SECRET_FILE),
    STRIPE_SECRET_KEY_FILE: located(values.STRIPE_SECRET_KEY_FILE),
    STRIPE_WEBHOOK_SECRET_FILE: located(values.STRIPE_WEBHOOK_SECRET_FILE),
  };
}

function demoProblems({ HTTP_HOST: host }: Environment): readonly ConfigProblem[] {
  return host === undefined || isLoopbackHost(host)
    ? []
    : [
        {
          variable: 'HTTP_HOST',
          message: 'The demo listens on this machine only: its passwords are known and its lab is no isolation.',
          remedy: 'Leave it out, or use RSM_MODE=production.',
        },
      ];
}

function alwaysProblems(values: Environment, invalid: ReadonlySet<string>): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (values.IDENTITY_PROVIDER === 'supabase') {
    for (const name of ['SUPABASE_URL', 'SUPABASE_ANON_KEY', 'SUPABASE_SERVICE_ROLE_KEY'] as const) {
      if (values[name] !== undefined || invalid.has(name)) continue;
      const message = 'It is missing, and IDENTITY_PROVIDER=supabase needs it.';
      problems.push({ variable: name, message, remedy: 'Copy it from the API settings of your Supabase project.' });
    }
  }
  for (const name of ['DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URL', 'DATABASE_OWNER_URL'] as const) {
    if (values[name] === undefined || values.DATABASE_URL !== undefined || invalid.has('DATABASE_URL')) continue;
    const message = 'It is set without DATABASE_URL.';
    problems.push({ variable: name, message, remedy: 'Set both, or neither for the embedded database.' });
  }
  if (values.DATABASE_REPLICA_URL !== undefined && values.DATABASE_REPLICA_URL === values.DATABASE_URL) {
    const message = 'It names the same server as DATABASE_URL.';
    problems.push({ variable: 'DATABASE_REPLICA_URL', message, remedy: 'Name a streaming replica, or leave it out.' });
  }
  if (values.SMTP_URL !== undefined && values.MAIL_DIR !== undefined) {
    problems.push({ variable: 'MAIL_DIR', message: 'SMTP_URL is set too.', remedy: 'Keep one of them.' });
  }
  return problems;
}

function assemble(
  mode: Mode,
  dataDir: string,
  rootDir: string,
  values: Environment,
  secrets: Secrets,
  stripe: StripeSettings | undefined,
): Config {
  const demo = mode === 'demo';
  const host = values.HTTP_HOST ?? '127.0.0.1';
  const port = values.HTTP_PORT ?? HTTP_PORT_DEFAULT;
  const publicUrl = (values.PUBLIC_URL ?? httpOrigin(host, port)).replace(/\/+$/, '');
  const poolMax = values.DATABASE_POOL_MAX ?? DATABASE_POOL_MAX_DEFAULT;
  const prepared = values.DATABASE_PREPARED !== 'off';
  const processor = values.PAYMENT_PROCESSOR ?? (demo ? 'test' : 'manual');
  const from = values.MAIL_FROM ?? `no-reply@${new URL(publicUrl).hostname}`;
  return {
    mode,
    dataDir,
    http: {
      host,
      port,
      drainMs: (values.HTTP_DRAIN_SECONDS ?? (demo ? 0 : HTTP_DRAIN_DEFAULT_SECONDS)) * SECOND_MS,
      trustedProxies: values.HTTP_TRUSTED_PROXIES ?? [],
      publicUrl,
      desktopOrigin: (values.DESKTOP_ORIGIN ?? 'app://rsm').replace(/\/+$/, ''),
      rendererDir: resolve(rootDir, 'apps/desktop/out/renderer'),
    },
    database:
      values.DATABASE_URL === undefined
        ? { kind: 'embedded', poolMax, prepared }
        : {
            kind: 'external',
            url: values.DATABASE_URL,
            directUrl: values.DATABASE_DIRECT_URL ?? values.DATABASE_URL,
            ownerUrl: values.DATABASE_OWNER_URL ?? values.DATABASE_DIRECT_URL ?? values.DATABASE_URL,
            replica:
              values.DATABASE_REPLICA_URL === undefined
                ? null
                : {
                    url: values.DATABASE_REPLICA_URL,
                    staleMsMax: values.DATABASE_REPLICA_STALE_MS ?? REPLICA_STALE_DEFAULT_MS,
                  },
            poolMax,
            prepared,
          },
    machines: {
      networks: values.MACHINE_NETWORKS ?? [],
      // The demo talks to machines of this computer's own networks; production is told, or its keys would work from anywhere.
      controlAddresses: values.CONTROL_ADDRESSES ?? ownAddresses(),
      lab: demo && values.RSM_LAB !== 'off',
      containerImages: values.CONTAINER_IMAGES ?? [],
      benchmarkSecondsPerRun: values.BENCHMARK_SECONDS_PER_RUN ?? (demo ? 1 : 5),
      benchmarkKinds: values.BENCHMARK_KINDS ?? benchmarkKinds,
      networkPeer: values.NETWORK_PEER ?? null,
      handoverSpeedMinPercent: values.HANDOVER_SPEED_MIN_PERCENT ?? (demo ? 20 : 70),
    },
    identity:
      values.IDENTITY_PROVIDER === 'supabase'
        ? {
            kind: 'supabase',
            url: values.SUPABASE_URL ?? '',
            anonKey: values.SUPABASE_ANON_KEY ?? '',
            serviceRoleKey: values.SUPABASE_SERVICE_ROLE_KEY ?? '',
          }
        : { kind: 'better-auth' },
    mail:
      values.SMTP_URL === undefined
        ? { kind: 'folder', directory: absolute(values.MAIL_DIR ?? join(dataDir, 'mail'), rootDir), from }
        : { kind: 'smtp', url: values.SMTP_URL, from },
    payments: {
      ...(stripe === undefined
        ? { processor: processor === 'test' ? 'test' : 'manual' }
        : { processor: 'stripe', stripe }),
      currency: values.CURRENCY ?? currencySchema.parse('EUR'),
      platformFeeBasisPoints: values.PLATFORM_FEE_BASIS_POINTS ?? PLATFORM_FEE_BASIS_POINTS_DEFAULT,
      // In the demo everybody is new, and nobody wants to wait a week to see a payout.
      newProviderReserveMs: (values.PROVIDER_RESERVE_DAYS ?? (demo ? 0 : PROVIDER_RESERVE_DAYS_DEFAULT)) * DAY_MS,
      renterMonthlyLimit: values.RENTER_MONTHLY_LIMIT ?? null,
    },
    documents: {
      tax: { name: values.TAX_NAME ?? TAX_NAME_DEFAULT, basisPoints: values.TAX_BASIS_POINTS ?? 0 },
      issuer: {
        name: values.ISSUER_NAME ?? new URL(publicUrl).host,
        address: values.ISSUER_ADDRESS ?? [],
        // The last line of an address says it, in the words of its country.
        country: null,
        taxId: values.ISSUER_TAX_ID ?? null,
        email: values.ISSUER_EMAIL ?? null,
      },
    },
    providers: { approval: values.PROVIDER_APPROVAL ?? (demo ? 'automatic' : 'manual') },
    worker: { concurrency: values.WORKER_CONCURRENCY ?? WORKER_CONCURRENCY_DEFAULT },
    // The demo's terminal says what to do next; a server's log says what happened.
    tracing: values.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? null : { endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT },
    metrics:
      values.METRICS_PORT === undefined
        ? null
        : { host: values.METRICS_HOST ?? '127.0.0.1', port: values.METRICS_PORT },
    slowStatementMs: values.SLOW_STATEMENT_MS ?? SLOW_STATEMENT_DEFAULT_MS,
    logLevel: values.LOG_LEVEL ?? (demo ? 'warn' : 'info'),
    secrets,
  };
}

/** The addresses of this machine's interfaces. */
function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ address }) => !address.startsWith('fe80:'))
    .map(({ address }) => address)
    .slice(0, 32);
}

/** `http://127.0.0.1:4600`; IPv6 addresses get their brackets. */
export function httpOrigin(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
