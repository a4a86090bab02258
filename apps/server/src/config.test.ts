import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError, loadConfig, type LoadedConfig } from './config.ts';
import type { ConfigProblem } from './config/environment.ts';

type Env = Readonly<Record<string, string | undefined>>;

let rootDir: string;

beforeEach(() => {
  const dir = mkdtempSync(join(tmpdir(), 'rsm-config-'));
  rootDir = dir;
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
});

function load(env: Env, uid = 1_000): LoadedConfig {
  return loadConfig({ env, rootDir, uid });
}

function problemsOf(env: Env, uid = 1_000): readonly ConfigProblem[] {
  try {
    load(env, uid);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const ed25519 = () => generateKeyPairSync('ed25519');
const privatePem = () => ed25519().privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const publicPem = () => ed25519().publicKey.export({ format: 'pem', type: 'spki' }).toString();

/** Everything production wants. */
const production = {
  RSM_MODE: 'production',
  PUBLIC_URL: 'https://machines.example.org/',
  DATABASE_URL: 'postgres://rsm_app:secret@db.example.org/rsm',
  SMTP_URL: 'smtps://mail:secret@mail.example.org:465',
  CONTROL_ADDRESSES: '203.0.113.7, 2001:db8::/64',
  SECRETS_KEKS: `2:${randomBytes(32).toString('base64')},1:${randomBytes(32).toString('base64')}`,
  CERTIFICATE_SIGNING_KEY: privatePem(),
  SESSION_SECRET: randomBytes(48).toString('base64'),
} satisfies Env;

describe('the demo', () => {
  it('needs nothing', () => {
    const { config, warnings } = load({});
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      mode: 'demo',
      dataDir: join(rootDir, '.data'),
      http: { host: '127.0.0.1', port: 4600, publicUrl: 'http://127.0.0.1:4600', desktopOrigin: 'app://rsm' },
      database: { kind: 'embedded' },
      machines: { networks: [], lab: true },
      identity: { kind: 'better-auth' },
      mail: { kind: 'folder', directory: join(rootDir, '.data/mail') },
      payments: { processor: 'test', currency: 'EUR', platformFeeBasisPoints: 1_000 },
      providers: { approval: 'automatic' },
    });
  });

  it('makes its keys once, for our eyes only, and keeps them', () => {
    const first = load({}).config.secrets;
    const again = load({}).config.secrets;
    expect(again).toEqual(first);
    expect(first.keyEncryptionKeys[0].key).toHaveLength(32);
    for (const name of ['keks', 'certificate-signing-key.pem', 'session-secret']) {
      expect(statSync(join(rootDir, '.data/secrets', name)).mode & 0o777, name).toBe(0o600);
    }
    expect(statSync(join(rootDir, '.data/secrets')).mode & 0o777).toBe(0o700);
  });

  it('leaves nothing behind when it is refused', () => {
    expect(problemsOf({ HTTP_PORT: '0' })).toHaveLength(1);
    expect(existsSync(join(rootDir, '.data'))).toBe(false);
  });

  it.each(['0.0.0.0', '10.1.2.3', '::'])('refuses to listen on %s', (host) => {
    expect(problemsOf({ HTTP_HOST: host })).toMatchObject([{ variable: 'HTTP_HOST' }]);
  });

  it.each(['localhost', '127.0.0.1', '127.8.0.1', '::1'])('listens on %s', (host) => {
    expect(load({ HTTP_HOST: host }).config.http.host).toBe(host);
  });

  it('says where it is when it listens on IPv6', () => {
    expect(load({ HTTP_HOST: '::1' }).config.http.publicUrl).toBe('http://[::1]:4600');
  });
});

describe('the monthly limit of renters who set none', () => {
  it('is none, or an amount that is read exactly', () => {
    const limitOf = (text?: string) => load({ RENTER_MONTHLY_LIMIT: text }).config.payments.renterMonthlyLimit;
    expect([
      limitOf(),
      limitOf(''),
      limitOf('500'),
      limitOf('99.5'),
      limitOf('0999.50'),
      limitOf('1000000.00'),
    ]).toEqual([null, null, 500_000_000n, 99_500_000n, 999_500_000n, 1_000_000_000_000n]);
  });

  it.each(['0', '0.99', '-5', '5.001', '1e3', '12,50', '1000000.01', '99999999', 'none'])('is not %s', (amount) => {
    expect(problemsOf({ RENTER_MONTHLY_LIMIT: amount })).toMatchObject([
      { variable: 'RENTER_MONTHLY_LIMIT', message: expect.stringContaining('from 1 to 1000000') as string },
    ]);
  });
});

describe('what is measured on machines', () => {
  it('is every kind, or those that the operator names', () => {
    expect(load({}).config.machines.benchmarkKinds).toEqual(['cpu', 'memory', 'storage', 'network', 'gpu']);
    expect(load({ BENCHMARK_KINDS: 'cpu, storage' }).config.machines.benchmarkKinds).toEqual(['cpu', 'storage']);
  });

  it.each(['cpus', 'cpu,', 'cpu;storage', 'CPU'])('is not %s', (kinds) => {
    expect(problemsOf({ BENCHMARK_KINDS: kinds })).toMatchObject([
      { variable: 'BENCHMARK_KINDS', message: expect.stringContaining('cpu, memory, storage') as string },
    ]);
  });
});

describe('tax and who issues invoices', () => {
  it('are none and the public host, unless they are given', () => {
    expect(load({}).config.documents).toEqual({
      tax: { name: 'VAT', basisPoints: 0 },
      issuer: { name: '127.0.0.1:4600', address: [], country: null, taxId: null, email: null },
    });
  });

  it.each(['Große Straße 1 | 50667 Köln', String.raw`Große Straße 1\n50667 Köln`, 'Große Straße 1\n\n50667 Köln\n'])(
    'takes the lines of an address from %j',
    (ISSUER_ADDRESS) => {
      const env = { TAX_NAME: 'USt.', TAX_BASIS_POINTS: '1900', ISSUER_NAME: 'Märkte GmbH', ISSUER_ADDRESS };
      expect(load({ ...env, ISSUER_TAX_ID: 'DE1', ISSUER_EMAIL: 'a@b.test' }).config.documents).toEqual({
        tax: { name: 'USt.', basisPoints: 1_900 },
        issuer: {
          name: 'Märkte GmbH',
          address: ['Große Straße 1', '50667 Köln'],
          country: null,
          taxId: 'DE1',
          email: 'a@b.test',
        },
      });
    },
  );

  it.each([
    { TAX_BASIS_POINTS: '10001' },
    { TAX_BASIS_POINTS: '-1' },
    { TAX_BASIS_POINTS: '19.5' },
    { ISSUER_ADDRESS: 'a|b|c|d|e|f|g' },
    { ISSUER_EMAIL: 'nobody' },
    { TAX_NAME: 'V\nAT' },
  ])('refuses %j by its name', (env) => {
    expect(problemsOf(env).map(({ variable }) => variable)).toEqual(Object.keys(env));
  });

  it('must be named in production where prices include tax', () => {
    expect(problemsOf({ ...production, TAX_BASIS_POINTS: '0' })).toEqual([]);
    const named = problemsOf({ ...production, TAX_BASIS_POINTS: '1900' }).map(({ variable }) => variable);
    expect(named).toEqual(['ISSUER_NAME', 'ISSUER_ADDRESS']);
    const given = { TAX_BASIS_POINTS: '1900', ISSUER_NAME: 'Märkte GmbH', ISSUER_ADDRESS: 'Weg 1 | Köln' };
    expect(problemsOf({ ...production, ...given })).toEqual([]);
  });
});

describe('production', () => {
  it('starts with everything it wants', () => {
    const { config } = load(production);
    expect(config).toMatchObject({
      mode: 'production',
      http: { publicUrl: 'https://machines.example.org' },
      database: { kind: 'external', directUrl: production.DATABASE_URL },
      machines: { lab: false, controlAddresses: ['203.0.113.7', '2001:db8::/64'] },
      mail: { kind: 'smtp', from: 'no-reply@machines.example.org' },
      payments: { processor: 'manual' },
      providers: { approval: 'manual' },
    });
    expect(config.secrets.keyEncryptionKeys.map(({ version }) => version)).toEqual([2, 1]);
    expect(existsSync(join(rootDir, '.data'))).toBe(false);
  });

  it.each<[string, Env, string, RegExp]>([
    ['the lab', { RSM_LAB: 'on' }, 'RSM_LAB', /no isolation/],
    ['the test processor', { PAYMENT_PROCESSOR: 'test' }, 'PAYMENT_PROCESSOR', /moves no money/],
    ['no public URL', { PUBLIC_URL: undefined }, 'PUBLIC_URL', /missing/],
    ['a public URL without TLS', { PUBLIC_URL: 'http://machines.example.org' }, 'PUBLIC_URL', /plain text/],
    ['no control addresses', { CONTROL_ADDRESSES: undefined }, 'CONTROL_ADDRESSES', /missing/],
    ['no mail', { SMTP_URL: undefined }, 'SMTP_URL', /missing/],
    ['no key-encryption key', { SECRETS_KEKS: undefined }, 'SECRETS_KEKS', /generates no keys/],
    ['no signing key', { CERTIFICATE_SIGNING_KEY: undefined }, 'CERTIFICATE_SIGNING_KEY', /generates no keys/],
    ['no session secret', { SESSION_SECRET: undefined }, 'SESSION_SECRET', /generates no keys/],
    ['loopback machines', { MACHINE_NETWORKS: '127.0.0.0/8' }, 'MACHINE_NETWORKS', /127\.0\.0\.0\/8 covers/],
    ['part of loopback', { MACHINE_NETWORKS: '127.4.0.0/16' }, 'MACHINE_NETWORKS', /refused/],
    ['metadata inside a wide network', { MACHINE_NETWORKS: '168.0.0.0/6' }, 'MACHINE_NETWORKS', /refused/],
    ['the whole Internet', { MACHINE_NETWORKS: '0.0.0.0/0' }, 'MACHINE_NETWORKS', /refused/],
    ['IPv6 link-local', { MACHINE_NETWORKS: 'fe80:1::/32' }, 'MACHINE_NETWORKS', /refused/],
  ])('refuses %s', (_what, env, variable, message) => {
    const problems = problemsOf({ ...production, ...env });
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.remedy).not.toBe('');
  });

  it('refuses to run as root', () => {
    expect(problemsOf(production, 0)).toMatchObject([{ variable: 'user' }]);
  });

  it('measures towards a peer where one is named', () => {
    const peerOf = (peer: string) => load({ ...production, NETWORK_PEER: peer }).config.machines.networkPeer;
    expect(peerOf('peer.example.org:5201')).toEqual({ host: 'peer.example.org', port: 5201 });
    expect(peerOf('[2001:db8::7]:5202')).toEqual({ host: '2001:db8::7', port: 5202 });
    expect(load(production).config.machines.networkPeer).toBeNull();
  });

  it('admits private networks that are named', () => {
    const networks = '10.20.0.0/16, fd00:1::/32';
    expect(load({ ...production, MACHINE_NETWORKS: networks }).config.machines.networks).toEqual([
      '10.20.0.0/16',
      'fd00:1::/32',
    ]);
  });

  it('admits plain HTTP on this machine, where browsers call it secure', () => {
    expect(load({ ...production, PUBLIC_URL: 'http://localhost:4600' }).config.http.publicUrl).toBe(
      'http://localhost:4600',
    );
  });

  it('refuses the keys that the demo has made', () => {
    load({});
    const problems = problemsOf({
      ...production,
      SECRETS_KEKS: undefined,
      SECRETS_KEKS_FILE: '.data/secrets/keks',
      SESSION_SECRET: undefined,
      SESSION_SECRET_FILE: join(rootDir, '.data/secrets/session-secret'),
    });
    expect(problems.map(({ variable }) => variable)).toEqual(['SECRETS_KEKS_FILE', 'SESSION_SECRET_FILE']);
  });

  it('lists all problems at once, each with the way out', () => {
    const error = (() => {
      try {
        load({ RSM_MODE: 'production', RSM_LAB: 'on', HTTP_PORT: 'eighty', CURRENCY: 'euro' }, 0);
      } catch (caught) {
        return caught;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(ConfigError);
    const { problems, message } = error as ConfigError;
    expect(problems.map(({ variable }) => variable).toSorted()).toEqual([
      'CERTIFICATE_SIGNING_KEY',
      'CONTROL_ADDRESSES',
      'CURRENCY',
      'HTTP_PORT',
      'PUBLIC_URL',
      'RSM_LAB',
      'SECRETS_KEKS',
      'SESSION_SECRET',
      'SMTP_URL',
      'user',
    ]);
    for (const { variable, remedy } of problems) {
      expect(message).toContain(variable);
      expect(message).toContain(remedy);
    }
  });

  it('does not call a variable missing that is there but wrong', () => {
    const problems = problemsOf({ ...production, PUBLIC_URL: 'machines.example.org' });
    expect(problems).toMatchObject([
      { variable: 'PUBLIC_URL', message: expect.stringContaining('Must be a URL') as string },
    ]);
  });
});

describe('every mode', () => {
  it.each<[string, Env]>([
    ['RSM_MODE', { RSM_MODE: 'test' }],
    ['HTTP_PORT', { HTTP_PORT: '70000' }],
    ['HTTP_HOST', { HTTP_HOST: 'example.org' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'ftp://example.org' }],
    ['DESKTOP_ORIGIN', { DESKTOP_ORIGIN: '*' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/rsm' }],
    ['DATABASE_DIRECT_URL', { DATABASE_DIRECT_URL: 'postgres://localhost/rsm' }],
    ['DATABASE_REPLICA_URL', { DATABASE_REPLICA_URL: 'postgres://replica/rsm' }],
    ['DATABASE_REPLICA_URL', { DATABASE_URL: 'postgres://one/rsm', DATABASE_REPLICA_URL: 'postgres://one/rsm' }],
    ['DATABASE_REPLICA_STALE_MS', { DATABASE_REPLICA_STALE_MS: '100' }],
    ['HTTP_DRAIN_SECONDS', { HTTP_DRAIN_SECONDS: '16' }],
    ['DATABASE_POOL_MAX', { DATABASE_POOL_MAX: '1' }],
    ['MACHINE_NETWORKS', { MACHINE_NETWORKS: '10.20.0.0' }],
    ['MACHINE_NETWORKS', { MACHINE_NETWORKS: '10.20.0.0/40' }],
    ['CONTROL_ADDRESSES', { CONTROL_ADDRESSES: 'workers.example.org' }],
    ['NETWORK_PEER', { NETWORK_PEER: 'peer.example.org' }],
    ['NETWORK_PEER', { NETWORK_PEER: 'peer.example.org:65536' }],
    ['NETWORK_PEER', { NETWORK_PEER: '-J:5201' }],
    ['NETWORK_PEER', { NETWORK_PEER: '127.0.0.1:5201' }],
    ['NETWORK_PEER', { NETWORK_PEER: '[::1]:5201' }],
    ['IDENTITY_PROVIDER', { IDENTITY_PROVIDER: 'google' }],
    ['PAYMENT_PROCESSOR', { PAYMENT_PROCESSOR: 'cash' }],
    ['STRIPE_PAYOUT_COUNTRY', { STRIPE_PAYOUT_COUNTRY: 'Germany' }],
    ['STRIPE_API_BASE_URL', { STRIPE_API_BASE_URL: 'api.stripe.com' }],
    ['CURRENCY', { CURRENCY: 'eur' }],
    ['PLATFORM_FEE_BASIS_POINTS', { PLATFORM_FEE_BASIS_POINTS: '10001' }],
    ['PLATFORM_FEE_BASIS_POINTS', { PLATFORM_FEE_BASIS_POINTS: '-1' }],
    ['PROVIDER_APPROVAL', { PROVIDER_APPROVAL: 'yes' }],
    ['MAIL_FROM', { MAIL_FROM: 'nobody' }],
    ['MAIL_DIR', { MAIL_DIR: 'mail', SMTP_URL: 'smtp://localhost' }],
    ['WORKER_CONCURRENCY', { WORKER_CONCURRENCY: '0' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'verbose' }],
    ['SECRETS_KEKS', { SECRETS_KEKS: randomBytes(32).toString('base64') }],
    ['SECRETS_KEKS', { SECRETS_KEKS: `1:${randomBytes(16).toString('base64')}` }],
    [
      'SECRETS_KEKS',
      {
        SECRETS_KEKS: Array(2)
          .fill(`1:${randomBytes(32).toString('base64')}`)
          .join(','),
      },
    ],
    ['CERTIFICATE_SIGNING_KEY', { CERTIFICATE_SIGNING_KEY: publicPem() }],
    ['CERTIFICATE_SIGNING_KEY', { CERTIFICATE_SIGNING_KEY: 'not a key' }],
    ['CERTIFICATE_RETIRED_KEYS', { CERTIFICATE_RETIRED_KEYS: privatePem() }],
    ['CERTIFICATE_RETIRED_KEYS', { CERTIFICATE_RETIRED_KEYS: `Retired: 2026-11-20T10:00:00Z\n${privatePem()}` }],
    ['CERTIFICATE_RETIRED_KEYS', { CERTIFICATE_RETIRED_KEYS: publicPem() }],
    ['CERTIFICATE_RETIRED_KEYS', { CERTIFICATE_RETIRED_KEYS: `Retired: 2026-13-20T10:00:00Z\n${publicPem()}` }],
    ['SESSION_SECRET', { SESSION_SECRET: 'short' }],
    ['SESSION_SECRET_FILE', { SESSION_SECRET_FILE: 'nowhere' }],
    ['SESSION_SECRET', { SESSION_SECRET: 'x'.repeat(40), SESSION_SECRET_FILE: 'nowhere' }],
  ])('refuses a wrong %s: %o', (variable, env) => {
    expect(problemsOf(env).map((problem) => problem.variable)).toEqual([variable]);
  });

  it('never repeats a secret in a problem', () => {
    const secret = randomBytes(24).toString('base64');
    const problems = problemsOf({ SECRETS_KEKS: `1:${secret}`, DATABASE_URL: `mysql://user:${secret}@localhost/rsm` });
    expect(problems).toHaveLength(2);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  it('wants all of Supabase or nothing of it', () => {
    expect(problemsOf({ IDENTITY_PROVIDER: 'supabase' }).map(({ variable }) => variable)).toEqual([
      'SUPABASE_URL',
      'SUPABASE_ANON_KEY',
      'SUPABASE_SERVICE_ROLE_KEY',
    ]);
  });

  it('takes secrets from files', () => {
    const pem = join(rootDir, 'signing.pem');
    writeFileSync(pem, privatePem());
    const line = 'Retired: 2026-11-20T10:00:00Z\n';
    const retired = `${line}${publicPem()}\n${line}${publicPem()}`;
    const { secrets } = load({ CERTIFICATE_SIGNING_KEY_FILE: 'signing.pem', CERTIFICATE_RETIRED_KEYS: retired }).config;
    expect(secrets.certificateSigningKeyPem).toContain('PRIVATE KEY');
    expect(secrets.certificateRetiredKeys.map(({ retiredAt }) => new Date(retiredAt).toISOString())).toEqual([
      '2026-11-20T10:00:00.000Z',
      '2026-11-20T10:00:00.000Z',
    ]);
  });

  it('takes an empty variable as one that is not there', () => {
    expect(load({ HTTP_PORT: '', PUBLIC_URL: ' ' }).config.http.port).toBe(4600);
  });

  it('warns about variables of ours that it does not know', () => {
    expect(load({ RSM_MOD: 'production', RSM_TEST_SEED: '1', OTHER: '1' }).warnings).toEqual([
      'RSM_MOD is not a variable of this program and has no effect. Is it misspelt?',
    ]);
  });
});

describe('Stripe', () => {
  const keys = {
    STRIPE_SECRET_KEY: 'sk_test_ofNobodyAtAll',
    STRIPE_WEBHOOK_SECRET: 'whsec_ofOurOwnAccount, whsec_ofConnectedAccounts',
  } satisfies Env;
  const live = { ...production, ...keys, STRIPE_SECRET_KEY: 'sk_live_ofNobodyAtAll' } satisfies Env;
  const expected = {
    processor: 'stripe',
    stripe: {
      secretKey: 'sk_test_ofNobodyAtAll',
      webhookSecrets: ['whsec_ofOurOwnAccount', 'whsec_ofConnectedAccounts'],
    },
  };

  it('is switched on by its keys, in the demo and in production', () => {
    expect(load(keys).config.payments).toMatchObject(expected);
    expect(load(live).config.payments).toMatchObject({ processor: 'stripe' });
    expect(load({ ...keys, PAYMENT_PROCESSOR: 'stripe' }).config.payments).toMatchObject(expected);
  });

  it.each(['test', 'manual'])('stays off when PAYMENT_PROCESSOR=%s was said', (processor) => {
    const { payments } = load({ ...keys, PAYMENT_PROCESSOR: processor }).config;
    expect(payments).toMatchObject({ processor });
    expect(payments).not.toHaveProperty('stripe');
  });

  it('takes its keys from files', () => {
    writeFileSync(join(rootDir, 'key'), `${keys.STRIPE_SECRET_KEY}\n`);
    writeFileSync(join(rootDir, 'webhook'), `${keys.STRIPE_WEBHOOK_SECRET}\n`);
    const env = { STRIPE_SECRET_KEY_FILE: 'key', STRIPE_WEBHOOK_SECRET_FILE: join(rootDir, 'webhook') };
    expect(load(env).config.payments).toMatchObject(expected);
  });

  it('takes the country of payouts, and another address outside production', () => {
    const more = { STRIPE_PAYOUT_COUNTRY: 'DE', STRIPE_API_BASE_URL: 'http://127.0.0.1:12111' };
    expect(load({ ...keys, ...more }).config.payments).toMatchObject({
      stripe: { payoutCountry: 'DE', apiBaseUrl: 'http://127.0.0.1:12111' },
    });
  });

  it.each<[string, Env, string, RegExp]>([
    [
      'a key without a webhook secret',
      { STRIPE_SECRET_KEY: keys.STRIPE_SECRET_KEY },
      'STRIPE_WEBHOOK_SECRET',
      /missing/,
    ],
    [
      'a webhook secret without a key',
      { STRIPE_WEBHOOK_SECRET: 'whsec_ofOurOwnAccount' },
      'STRIPE_SECRET_KEY',
      /missing/,
    ],
    ['a publishable key', { ...keys, STRIPE_SECRET_KEY: 'pk_test_ofNobodyAtAll' }, 'STRIPE_SECRET_KEY', /sk_test_…/],
    ['a key that is none', { ...keys, STRIPE_SECRET_KEY: 'secret' }, 'STRIPE_SECRET_KEY', /Must be/],
    [
      'a live key in the demo',
      { ...keys, STRIPE_SECRET_KEY: 'sk_live_ofNobodyAtAll' },
      'STRIPE_SECRET_KEY',
      /real money/,
    ],
    ['a webhook secret that is none', { ...keys, STRIPE_WEBHOOK_SECRET: 'secret' }, 'STRIPE_WEBHOOK_SECRET', /whsec_…/],
    [
      'an empty one among them',
      { ...keys, STRIPE_WEBHOOK_SECRET: 'whsec_ofOurOwnAccount,' },
      'STRIPE_WEBHOOK_SECRET',
      /Must be/,
    ],
    [
      'too many of them',
      { ...keys, STRIPE_WEBHOOK_SECRET: Array(6).fill('whsec_12345678').join() },
      'STRIPE_WEBHOOK_SECRET',
      /one to 5/,
    ],
    [
      'a file that is not there',
      { ...keys, STRIPE_SECRET_KEY: undefined, STRIPE_SECRET_KEY_FILE: 'nowhere' },
      'STRIPE_SECRET_KEY_FILE',
      /read/,
    ],
    ['a key and a file', { ...keys, STRIPE_SECRET_KEY_FILE: 'nowhere' }, 'STRIPE_SECRET_KEY', /both set/],
    ['a currency without cents', { ...keys, CURRENCY: 'JPY' }, 'CURRENCY', /JPY in whole units only/],
    [
      'an address in plain text',
      { ...keys, STRIPE_API_BASE_URL: 'http://api.example.org' },
      'STRIPE_API_BASE_URL',
      /plain text/,
    ],
    [
      'another address in production',
      { ...live, STRIPE_API_BASE_URL: 'https://api.example.org' },
      'STRIPE_API_BASE_URL',
      /tests only/,
    ],
  ])('refuses %s', (_what, env, variable, message) => {
    const problems = problemsOf(env);
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.remedy).not.toBe('');
  });

  it('wants both of its keys when it was said and nothing is there', () => {
    expect(problemsOf({ PAYMENT_PROCESSOR: 'stripe' }).map(({ variable }) => variable)).toEqual([
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
    ]);
  });

  it('never repeats a key in a problem', () => {
    const problems = problemsOf({
      STRIPE_SECRET_KEY: 'sk_live_ofNobodyAtAll',
      STRIPE_WEBHOOK_SECRET: 'whsec_ofOurOwnAccount and more',
      CURRENCY: 'JPY',
    });
    expect(problems.map(({ variable }) => variable)).toEqual([
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'CURRENCY',
    ]);
    expect(JSON.stringify(problems)).not.toMatch(/ofNobody|ofOur/);
  });
});

describe('the commands that the remedies name', () => {
  it('make what the configuration takes', () => {
    const shell = (command: string): string => execFileSync('sh', ['-c', command], { encoding: 'utf8' });
    const { config } = load({
      ...production,
      SECRETS_KEKS: shell('echo "1:$(openssl rand -base64 32)"'),
      CERTIFICATE_SIGNING_KEY: shell('openssl genpkey -algorithm ed25519'),
      SESSION_SECRET: shell('openssl rand -base64 48'),
    });
    expect(config.secrets.keyEncryptionKeys).toHaveLength(1);
  });
});
