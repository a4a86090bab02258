import { networkInterfaces } from 'node:os';
import type { BenchmarkSettings, HandoverSettings } from '@rsm/hosts';
import {
  CPU_BENCHMARK_SETTINGS,
  MEMORY_BENCHMARK_SETTINGS,
  NETWORK_BENCHMARK_SETTINGS,
  STORAGE_BENCHMARK_SETTINGS,
  SPEED_TOLERANCE,
  SshPool,
  WORK_PROOF_SETTINGS,
  createAddressGuard,
  createBenchmarkRunner,
  createCertificateIssuer,
  createHandoverInspector,
  createHostKeyScanner,
  createKeyPairMaker,
  createMachineAddressPolicy,
  createMachineInspector,
  createMachineProber,
  createOnboardingBlocks,
  createSshKeyParser,
  createToolInstaller,
  createUnixUserAccess,
  createWipeRunner,
  createCanaryPlanter,
  createWipeVerifier,
} from '@rsm/hosts';
import {
  createBetterAuthIdentityProvider,
  createFileMailer,
  createIdentityDatabase,
  createPdfCertificateRenderer,
  createPdfDocumentRenderer,
  createPgAuthRateLimiter,
  createTestPaymentProcessor,
  smtpOptionsFromUrl,
} from '@rsm/integrations';
import type { ContainerImage } from '@rsm/domain/access/container-image';
import type { AccessHost } from '@rsm/domain/access/access-host';
import type { BenchmarkRunner } from '@rsm/domain/benchmarks/benchmark-strategy';
import type { Clock } from '@rsm/domain/common/instant';
import type { CertificateRenderer } from '@rsm/domain/data-wipes/certificate-renderer';
import type { CanaryPlanter } from '@rsm/domain/data-wipes/canary';
import type { CertificateIssuer, WipeRunner, WipeVerifier } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { HandoverInspector } from '@rsm/domain/handovers/handover-inspector';
import type { DocumentRenderer } from '@rsm/domain/documents/document-renderer';
import type { AuthRateLimiter } from '@rsm/domain/identity/auth-rate-limiter';
import type { IdentityProvider } from '@rsm/domain/identity/identity-provider';
import type {
  HostKeyScanner,
  KeyPairMaker,
  MachineAddressPolicy,
  MachineInspector,
  MachineProber,
  OnboardingBlocks,
  ToolInstaller,
} from '@rsm/domain/machines/machine-host';
import type { Mailer } from '@rsm/domain/mail/mailer';
import type { PaymentProcessor } from '@rsm/domain/payments/payment-processor';
import type { SshKeyParser } from '@rsm/domain/ssh-keys/ssh-key';
import type { OutsideTransactionGuard } from '@rsm/domain/unit-of-work/unit-of-work';
import type { CommandLogSink } from './command-log-sink.ts';
import { certificateKeysOf } from './certificate-keys.ts';
import type { Config } from './config.ts';
import type { Logger } from './logging.ts';
import { productVersion } from './version.ts';

/** The real parts behind the domain's ports. */
export interface Adapters {
  readonly identityProvider: IdentityProvider;
  readonly rateLimiter: AuthRateLimiter;
  readonly paymentProcessor: PaymentProcessor | null;
  readonly sshKeyParser: SshKeyParser;
  readonly keyPairMaker: KeyPairMaker;
  readonly onboardingBlocks: OnboardingBlocks;
  readonly addressPolicy: MachineAddressPolicy;
  readonly scanner: HostKeyScanner;
  readonly inspector: MachineInspector;
  readonly prober: MachineProber;
  readonly toolInstaller: ToolInstaller;
  readonly benchmarkRunner: BenchmarkRunner;
  readonly handoverInspector: HandoverInspector;
  readonly access: AccessHost;
  readonly containerImages: readonly ContainerImage[];
  readonly wipeRunner: WipeRunner;
  readonly wipeVerifier: WipeVerifier;
  readonly canaryPlanter: CanaryPlanter;
  readonly certificates: CertificateIssuer;
  readonly certificateRenderer: CertificateRenderer;
  readonly documentRenderer: DocumentRenderer;
}

export interface ComposeAdaptersOptions {
  readonly config: Config;
  /** Straight to Postgres: identity has a schema of its own. */
  readonly directUrl: string;
  readonly clock: Clock;
  readonly commandLog: CommandLogSink;
  readonly log: Logger;
  /** Everything here that reaches out of the process calls it first. */
  readonly assertOutsideTransaction: OutsideTransactionGuard;
  /** Whose door it is instead of the configured one; what that one keeps in the database is not made then. */
  readonly identityProvider?: IdentityProvider;
}

/** Makes the real parts and what ends them. */
export async function composeAdapters(
  options: ComposeAdaptersOptions,
): Promise<{ readonly adapters: Adapters; maintain(): Promise<void>; close(): Promise<void> }> {
  const { assertOutsideTransaction, clock, commandLog, config } = options;
  const identity = await composeIdentity(options);
  const guard = createAddressGuard({ machineNetworks: config.machines.networks, mode: config.mode });
  const image = config.machines.containerImages[0]?.reference ?? null;
  const scanner = createHostKeyScanner({ guard });
  const pool = new SshPool({ guard, log: commandLog, clock, assertOutsideTransaction });
  const adapters: Adapters = {
    ...identity.parts,
    paymentProcessor: await composePaymentProcessor(options),
    sshKeyParser: createSshKeyParser(),
    keyPairMaker: createKeyPairMaker(),
    onboardingBlocks: createOnboardingBlocks({ ourAddresses: config.machines.controlAddresses }),
    addressPolicy: createMachineAddressPolicy({ guard }),
    scanner: {
      scan: (endpoint, work) => {
        assertOutsideTransaction('SSH');
        return scanner.scan(endpoint, work);
      },
    },
    inspector: createMachineInspector({
      pool,
      clock,
      images: config.machines.containerImages.map(({ reference }) => reference),
    }),
    toolInstaller: createToolInstaller({ pool }),
    prober: createMachineProber({ pool, isOurNetworkUp: () => Promise.resolve(isOurNetworkUp()) }),
    benchmarkRunner: createBenchmarkRunner({
      pool,
      allows: (_machine, kind) => config.machines.benchmarkKinds.includes(kind),
      settings: benchmarkSettings(config),
    }),
    access: createUnixUserAccess({ pool, clock, image }),
    containerImages: config.machines.containerImages,
    handoverInspector: createHandoverInspector({ pool, settings: handoverSettings(config) }),
    wipeRunner: createWipeRunner({ pool, clock }),
    wipeVerifier: createWipeVerifier({ pool, clock }),
    canaryPlanter: createCanaryPlanter({ pool }),
    certificates: createCertificateIssuer({
      keys: certificateKeysOf(config.secrets),
      identity: {
        name: new URL(config.http.publicUrl).host,
        location: 'not stated',
        contact: config.mail.from,
        tool: `Remote Servers Marketplace ${productVersion}`,
      },
    }),
    certificateRenderer: createPdfCertificateRenderer({
      assertOutsideTransaction,
      keySetUrl: `${config.http.publicUrl}/.well-known/jwks.json`,
    }),
    documentRenderer: createPdfDocumentRenderer({ assertOutsideTransaction }),
  };
  return {
    adapters,
    maintain: () => identity.maintain(),
    close: async () => {
      pool.close();
      await identity.close();
    },
  };
}

/** A lab host lies on the same machine as the demo: a quarter of the bytes say as much of it, and take less of the processor. */
const DEMO_NETWORK_BYTES = 2_097_152;

/** In the demo several hosts share one computer, and each of them takes speed from the others. */
function handoverSettings({ machines }: Config): Partial<HandoverSettings> {
  return { tolerance: { ...SPEED_TOLERANCE, ratioMin: machines.handoverSpeedMinPercent / 100 } };
}

/** Each kind has its own length of a run; the operator's is the longest that any of them may take, and the one of `cpu`. */
export function benchmarkSettings({ machines, mode }: Config): Partial<BenchmarkSettings> {
  const secondsPerRun = machines.benchmarkSecondsPerRun;
  return {
    cpu: {
      ...CPU_BENCHMARK_SETTINGS,
      secondsPerRun,
      proof: { ...WORK_PROOF_SETTINGS, secondsPerRun: Math.min(WORK_PROOF_SETTINGS.secondsPerRun, secondsPerRun) },
    },
    memory: {
      ...MEMORY_BENCHMARK_SETTINGS,
      secondsPerRunMax: Math.min(MEMORY_BENCHMARK_SETTINGS.secondsPerRunMax, secondsPerRun),
    },
    storage: {
      ...STORAGE_BENCHMARK_SETTINGS,
      secondsPerRun: Math.min(STORAGE_BENCHMARK_SETTINGS.secondsPerRun, secondsPerRun),
    },
    network: {
      ...NETWORK_BENCHMARK_SETTINGS,
      ...(mode === 'demo' ? { bytesPerRun: DEMO_NETWORK_BYTES } : {}),
      secondsPerRunMax: secondsPerRun,
      peer: machines.networkPeer,
    },
  };
}

type IdentityParts = Pick<Adapters, 'identityProvider' | 'rateLimiter'>;

async function composeIdentity(
  options: ComposeAdaptersOptions,
): Promise<{ readonly parts: IdentityParts; maintain(): Promise<void>; close(): Promise<void> }> {
  const { assertOutsideTransaction, clock, config, directUrl, log } = options;
  const { publicUrl } = config.http;
  const { sessionSecret: secret } = config.secrets;
  const reportProblem = ({ what, cause }: { readonly what: string; readonly cause: unknown }): void => {
    log.error({ err: cause }, what);
  };
  const pool = createIdentityDatabase({ databaseUrl: directUrl, reportProblem });
  const rateLimiter = createPgAuthRateLimiter({ pool, secret });
  await rateLimiter.migrate();
  const maintain = async (): Promise<void> => {
    await rateLimiter.prune();
  };
  if (options.identityProvider !== undefined) {
    return { parts: { identityProvider: options.identityProvider, rateLimiter }, maintain, close: () => pool.end() };
  }
  if (config.identity.kind === 'supabase') {
    const { anonKey: publishableKey, serviceRoleKey: secretKey, url } = config.identity;
    const shared = { publicUrl, clock, reportProblem };
    // Loaded where it is used only, as Stripe's SDK is: 2 MB of an idle process.
    const { createSupabaseIdentityProvider } = await import('@rsm/integrations/supabase');
    const identityProvider = createSupabaseIdentityProvider({ ...shared, url, publishableKey, secretKey });
    return { parts: { identityProvider, rateLimiter }, maintain, close: () => pool.end() };
  }
  const mailer = await composeMailer(options);
  const identityProvider = createBetterAuthIdentityProvider({
    pool,
    secret,
    publicUrl,
    clock,
    reportProblem,
    mailer: {
      send: (mail) => {
        assertOutsideTransaction('Mail');
        return mailer.mailer.send(mail);
      },
    },
    emailConfirmation: config.mode === 'demo' ? 'offered' : 'required',
  });
  await identityProvider.migrate();
  return {
    parts: { identityProvider, rateLimiter },
    maintain: async () => {
      await maintain();
      await identityProvider.prune();
    },
    close: async () => {
      await identityProvider.close();
      await mailer.close();
      await pool.end();
    },
  };
}

async function composeMailer({
  clock,
  config,
}: ComposeAdaptersOptions): Promise<{ readonly mailer: Mailer; close(): Promise<void> }> {
  const { from } = config.mail;
  if (config.mail.kind === 'folder') {
    const mailer = createFileMailer({ folder: config.mail.directory, from, clock });
    return { mailer, close: () => Promise.resolve() };
  }
  // Loaded where it is used only, as Stripe's SDK is: together they take a quarter of a second of every start.
  const { createSmtpMailer } = await import('@rsm/integrations/smtp-mailer');
  const mailer = createSmtpMailer({ ...smtpOptionsFromUrl(config.mail.url), from });
  return { mailer, close: () => Promise.resolve(mailer.close()) };
}

/** Null for `manual`: there an admin credits wallets, and no renter can. */
export async function composePaymentProcessor({
  assertOutsideTransaction: guard,
  clock,
  config: { mode, payments },
}: Pick<ComposeAdaptersOptions, 'assertOutsideTransaction' | 'clock' | 'config'>): Promise<PaymentProcessor | null> {
  switch (payments.processor) {
    case 'test':
      return createTestPaymentProcessor({ mode });
    case 'manual':
      return null;
    case 'stripe': {
      const { apiBaseUrl, payoutCountry, secretKey, webhookSecrets } = payments.stripe;
      const { createStripePaymentProcessor } = await import('@rsm/integrations/stripe');
      return createStripePaymentProcessor({
        secretKey,
        webhookSecrets,
        currency: payments.currency,
        guard,
        clock,
        ...(apiBaseUrl === undefined ? {} : { apiBaseUrl }),
        ...(payoutCountry === undefined ? {} : { payoutCountry }),
      });
    }
  }
}

/** Our own half of a probe that found nothing: without a network of our own we could not have reached any machine. */
function isOurNetworkUp(): boolean {
  return Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => !entry.internal) === true);
}
