import { benchmarkKinds } from '@rsm/domain/benchmarks/benchmark';
import { containerImagesSchema } from '@rsm/domain/access/container-image';
import { amountMicros, currencySchema, MICROS_PER_UNIT } from '@rsm/domain/common/money';
import { SPENDING_LIMIT_MAX_MICROS, SPENDING_LIMIT_MIN_MICROS } from '@rsm/domain/spending/spending';
import { TAX_BASIS_POINTS_MAX } from '@rsm/domain/documents/tax';
import { ADDRESS_LINES_MAX, PARTY_NAME_LENGTH_MAX, TAX_ID_LENGTH_MAX } from '@rsm/domain/documents/tax-data';
import { z } from 'zod';

/** One thing that is wrong with the configuration, with the way out. */
export interface ConfigProblem {
  /** The environment variable, or what else it is about: `user`. */
  readonly variable: string;
  readonly message: string;
  readonly remedy: string;
}

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, `Must be a whole number from ${min} to ${max}.`)
    .transform(Number)
    .pipe(z.int().min(min, `Must be at least ${min}.`).max(max, `Must be at most ${max}.`));

const urlOf = (protocol: RegExp, example: string) => z.url({ protocol, error: `Must be a URL such as ${example}.` });

const words = <const Words extends readonly [string, ...string[]]>(...allowed: Words) =>
  z.enum(allowed, `Must be one of: ${allowed.join(', ')}.`);

const cidr = z.union([z.cidrv4(), z.cidrv6()], 'Must be networks in CIDR form, such as 10.20.0.0/16,fd00:1::/32.');

const networks = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(cidr).max(64, 'Names at most 64 networks.'));

const addresses = z
  .string()
  .transform((list) => list.split(',').map((part) => part.trim()))
  .pipe(
    z
      .array(z.union([z.ipv4(), z.ipv6(), cidr], 'Must be addresses or networks, such as 203.0.113.7,2001:db8::/64.'))
      .max(32, 'Names at most 32 addresses.'),
  );

const benchmarkKindList = z
  .string()
  .transform((list) => list.split(',').map((part) => part.trim()))
  .pipe(z.array(words(...benchmarkKinds)).max(benchmarkKinds.length, 'Names each kind once.'));
const PEER_SENTENCE = 'Must be a host and a port, such as peer.example.org:5201 or [2001:db8::7]:5201.';
/** A host that machines measure their network against; one that answers to every machine as itself would measure nothing. */
const networkPeer = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:]{2,45}\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?):[1-9]\d{0,4}$/, PEER_SENTENCE)
  .transform((peer) => {
    const colon = peer.lastIndexOf(':');
    return { host: peer.slice(0, colon).replaceAll(/[[\]]/g, ''), port: Number(peer.slice(colon + 1)) };
  })
  .refine(({ port }) => port <= 65_535, PEER_SENTENCE)
  .refine(
    ({ host }) => !/^(?:localhost|127\..*|0\.0\.0\.0|[0:]*:[0:]*1?)$/i.test(host),
    'Must not be this machine: each measured machine would reach itself there.',
  );

const MONTHLY_LIMIT_SENTENCE = 'Must be an amount from 1 to 1000000 with at most two decimals, such as 500 or 99.50.';
/** Read digit by digit: money never passes through a float. */
const monthlyLimit = z
  .string()
  .regex(/^\d{1,7}(\.\d{1,2})?$/, MONTHLY_LIMIT_SENTENCE)
  .transform((amount) => {
    const [units = '0', cents = ''] = amount.split('.');
    return amountMicros(BigInt(units) * MICROS_PER_UNIT + BigInt(cents.padEnd(6, '0')));
  })
  .refine(
    (amount) => amount >= SPENDING_LIMIT_MIN_MICROS && amount <= SPENDING_LIMIT_MAX_MICROS,
    MONTHLY_LIMIT_SENTENCE,
  );
const line = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax, `Must have at most ${lengthMax} characters.`)
    .regex(/^\P{Cc}*$/u, 'Must be one line without control characters.');

/** Lines divided by `|`, by `\n` as it is written in a file of variables, or by line breaks. */
const addressLines = z
  .string()
  .transform((address) => address.split(/\||\\n|\r?\n/).map((part) => part.trim()))
  .transform((lines) => lines.filter((part) => part !== ''))
  .pipe(z.array(line(PARTY_NAME_LENGTH_MAX)).max(ADDRESS_LINES_MAX, `Must have at most ${ADDRESS_LINES_MAX} lines.`));

/** A JSON list; what it holds is the domain's. */
const containerImages = z
  .string()
  .max(65_536)
  .transform((json, context) => {
    try {
      const value: unknown = JSON.parse(json);
      return value;
    } catch {
      context.addIssue({ code: 'custom', message: 'Must be a JSON list of images (docs/operations.md).' });
      return z.NEVER;
    }
  })
  .pipe(containerImagesSchema);

const text = z.string().max(4_096);
const postgresUrl = urlOf(/^postgres(ql)?$/, 'postgres://user:password@host:5432/database');

/** Every variable the product reads, with its form. Defaults depend on the mode and stand in `config.ts`. */
export const environmentVariables = {
  RSM_MODE: words('demo', 'production'),
  RSM_DATA_DIR: text,
  RSM_LAB: words('on', 'off'),
  HTTP_HOST: z.union(
    [z.ipv4(), z.ipv6(), z.literal('localhost')],
    'Must be an address of this machine, such as 0.0.0.0.',
  ),
  HTTP_PORT: wholeNumber(1, 65_535),
  /** How long a process that was told to end goes on answering, with its readiness red, before it closes its port. */
  HTTP_DRAIN_SECONDS: wholeNumber(0, 15),
  /** Proxies whose X-Forwarded-For is believed. */
  HTTP_TRUSTED_PROXIES: networks,
  PUBLIC_URL: urlOf(/^https?$/, 'https://machines.example.org'),
  /** The one origin CORS admits. The desktop's renderer runs from a scheme of its own. */
  DESKTOP_ORIGIN: urlOf(/^(app|https?)$/, 'app://rsm'),
  DATABASE_URL: postgresUrl,
  /** Past any PgBouncer: jobs and the listener keep a session. */
  DATABASE_DIRECT_URL: postgresUrl,
  /** A streaming replica of it, as the same role: the market is read there. */
  DATABASE_REPLICA_URL: postgresUrl,
  /** How old what the replica shows may be; the same for every process of an installation. */
  DATABASE_REPLICA_STALE_MS: wholeNumber(200, 60_000),
  /** The role that owns the tables, when the processes log in as another one; `migrate` uses it. */
  DATABASE_OWNER_URL: postgresUrl,
  DATABASE_POOL_MAX: wholeNumber(2, 200),
  /** Whether hot statements are prepared by name: PgBouncer before 1.21 can't follow them in transaction mode. */
  DATABASE_PREPARED: words('on', 'off'),
  MACHINE_NETWORKS: networks,
  CONTAINER_IMAGES: containerImages,
  /** Where our SSH connections come from, as machines see it: the `from=` of the keys that providers paste. */
  CONTROL_ADDRESSES: addresses,
  IDENTITY_PROVIDER: words('better-auth', 'supabase'),
  SUPABASE_URL: urlOf(/^https?$/, 'https://project.supabase.co'),
  SUPABASE_ANON_KEY: text,
  SUPABASE_SERVICE_ROLE_KEY: text,
  SMTP_URL: urlOf(/^smtps?$/, 'smtps://user:password@mail.example.org:465'),
  MAIL_DIR: text,
  MAIL_FROM: z.email('Must be an e-mail address.'),
  PAYMENT_PROCESSOR: words('test', 'manual', 'stripe'),
  STRIPE_SECRET_KEY: text,
  STRIPE_SECRET_KEY_FILE: text,
  /** One per endpoint at Stripe, separated by commas. */
  STRIPE_WEBHOOK_SECRET: text,
  STRIPE_WEBHOOK_SECRET_FILE: text,
  STRIPE_PAYOUT_COUNTRY: z.string().regex(/^[A-Z]{2}$/, 'Must be a two-letter country code such as DE.'),
  /** For tests. */
  STRIPE_API_BASE_URL: urlOf(/^https?$/, 'http://127.0.0.1:12111'),
  CURRENCY: currencySchema,
  PLATFORM_FEE_BASIS_POINTS: wholeNumber(0, 10_000),
  /** For renters who set no limit of their own. */
  RENTER_MONTHLY_LIMIT: monthlyLimit,
  /** What every price includes; none is ever added on top. */
  TAX_NAME: line(40),
  TAX_BASIS_POINTS: wholeNumber(0, TAX_BASIS_POINTS_MAX),
  /** Who issues invoices and statements. */
  ISSUER_NAME: line(PARTY_NAME_LENGTH_MAX),
  ISSUER_ADDRESS: addressLines,
  ISSUER_TAX_ID: line(TAX_ID_LENGTH_MAX),
  ISSUER_EMAIL: z.email('Must be an e-mail address.'),
  PROVIDER_APPROVAL: words('automatic', 'manual'),
  /** How many days longer the earnings of a provider wait in his first 30 days. */
  PROVIDER_RESERVE_DAYS: wholeNumber(0, 90),
  WORKER_CONCURRENCY: wholeNumber(1, 200),
  /** Length of one benchmark run; each is repeated three times. */
  BENCHMARK_SECONDS_PER_RUN: wholeNumber(1, 60),
  BENCHMARK_KINDS: benchmarkKindList,
  METRICS_PORT: wholeNumber(1, 65_535),
  METRICS_HOST: z.union(
    [z.ipv4(), z.ipv6(), z.literal('localhost')],
    'Must be an address of this machine, such as 127.0.0.1.',
  ),
  /** Where a collector of OpenTelemetry takes traces; without it none are made, and its SDK is not loaded. */
  OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(/^https?$/, 'http://127.0.0.1:4318'),
  /** From how long on a statement is logged, with the shape of its plan; 0 logs none. */
  SLOW_STATEMENT_MS: wholeNumber(0, 600_000),
  /** A host of the operator's with `iperf3 --server`, towards which machines that have iperf3 are measured. */
  NETWORK_PEER: networkPeer,
  /** How slow a machine may be at the start of a booking, in per cent of what was measured for its listing. */
  HANDOVER_SPEED_MIN_PERCENT: wholeNumber(1, 100),
  LOG_LEVEL: words('debug', 'info', 'warn', 'error', 'silent'),
  SECRETS_KEKS: text,
  SECRETS_KEKS_FILE: text,
  CERTIFICATE_SIGNING_KEY: text,
  CERTIFICATE_SIGNING_KEY_FILE: text,
  CERTIFICATE_RETIRED_KEYS: z.string().max(65_536),
  CERTIFICATE_RETIRED_KEYS_FILE: text,
  SESSION_SECRET: text,
  SESSION_SECRET_FILE: text,
} as const;

const environmentSchema = z.object(environmentVariables).partial();

export type VariableName = keyof typeof environmentVariables;
export type Environment = Readonly<z.infer<typeof environmentSchema>>;

export interface ParsedEnvironment {
  readonly values: Environment;
  /** Variables that were set to something that can't be used; rules about missing ones leave these out. */
  readonly invalid: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

/** Names with our prefix that the tests and their tools use. */
const FOREIGN_NAMES = /^RSM_TEST_/;

/**
 * Checks each variable by itself, so that all problems are found at once. An empty text counts as not set.
 * @param env the process environment
 */
export function parseEnvironment(env: Readonly<Record<string, string | undefined>>): ParsedEnvironment {
  const given = Object.fromEntries(
    Object.entries(env)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([name, value]) => name in environmentVariables && value !== undefined && value !== ''),
  );
  const messages = new Map<string, Set<string>>();
  for (const { path, message } of environmentSchema.safeParse(given).error?.issues ?? []) {
    const name = String(path[0]);
    messages.set(name, (messages.get(name) ?? new Set()).add(message));
  }
  const problems = [...messages].map(([variable, texts]) => ({
    variable,
    message: [...texts].join(' '),
    remedy: 'Correct it, or leave it out for the default.',
  }));
  const sound = Object.fromEntries(Object.entries(given).filter(([name]) => !messages.has(name)));
  const values = environmentSchema.parse(sound);
  const warnings = Object.keys(env)
    .filter((name) => name.startsWith('RSM_') && !(name in environmentVariables) && !FOREIGN_NAMES.test(name))
    .toSorted()
    .map((name) => `${name} is not a variable of this program and has no effect. Is it misspelt?`);
  return { values, invalid: new Set(messages.keys()), problems, warnings };
}
