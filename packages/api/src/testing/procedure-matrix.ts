import type { inferRouterInputs } from '@trpc/server';
import type { AppRouter } from '../app-router.ts';
import type { Policy } from '../policies/policy.ts';

type Inputs = inferRouterInputs<AppRouter>;
type Noun = keyof Inputs;

/** Ids that stand in sample inputs; a test over the real composition puts those of its own rows in their place. */
export interface SampleIds {
  readonly userId: string;
  readonly sshKeyId: string;
  readonly machineId: string;
  readonly blockId: string;
  readonly listingId: string;
  readonly bookingId: string;
  readonly benchmarkId: string;
  readonly dataWipeId: string;
  readonly paymentId: string;
  readonly cardId: string;
  readonly documentId: string;
  readonly payoutId: string;
  /** About another booking than `bookingId`: one that is over. */
  readonly disputeId: string;
}

/** What a stranger (right role, wrong owner) is told: `not_found`, or nothing is owned by anybody here (null). */
export type Owned = keyof SampleIds | null;

export interface ProcedureSample<Input> {
  readonly policy: Policy;
  readonly type: 'query' | 'mutation' | 'subscription';
  /** Which id of the input belongs to somebody: with another person's, the answer is `not_found`. */
  readonly owned: Owned;
  /** A valid input. */
  readonly sample: (ids: SampleIds) => Input;
}

export type ProcedureMatrix = {
  readonly [N in Noun]: { readonly [Name in keyof Inputs[N]]: ProcedureSample<Inputs[N][Name]> };
};

export const sampleIds: SampleIds = {
  userId: '019a0000-0000-7000-8000-000000000001',
  sshKeyId: '019a0000-0000-7000-8000-000000000002',
  machineId: '019a0000-0000-7000-8000-000000000003',
  blockId: '019a0000-0000-7000-8000-000000000004',
  listingId: '019a0000-0000-7000-8000-000000000005',
  bookingId: '019a0000-0000-7000-8000-000000000006',
  benchmarkId: '019a0000-0000-7000-8000-000000000007',
  dataWipeId: '019a0000-0000-7000-8000-000000000008',
  paymentId: '019a0000-0000-7000-8000-000000000009',
  cardId: '019a0000-0000-7000-8000-00000000000a',
  documentId: '019a0000-0000-7000-8000-000000000009',
  payoutId: '019a0000-0000-7000-8000-000000000019',
  disputeId: '019a0000-0000-7000-8000-000000000020',
};

const range = { start: new Date('2030-05-01T10:00:00Z'), end: new Date('2030-05-01T12:00:00Z') };
const reason = 'Asked for by its owner.';
const idempotencyKey = 'sample-key-1';
const session = { sessionSecret: 'session-secret' };
const decision = ({ userId }: SampleIds) => ({ id: userId, reason });
const machine = ({ machineId }: SampleIds) => ({ id: machineId });
const listing = ({ listingId }: SampleIds) => ({ id: listingId });
const booking = ({ bookingId }: SampleIds) => ({ id: bookingId });
const dataWipe = ({ dataWipeId }: SampleIds) => ({ id: dataWipeId });
const card = ({ cardId }: SampleIds) => ({ id: cardId });
const document = ({ documentId }: SampleIds) => ({ id: documentId });
const dispute = ({ disputeId }: SampleIds) => ({ id: disputeId });
const statement = 'The machine was gone for half of the time.';
const transfer = ({ userId }: SampleIds) => ({ idempotencyKey, userId, amount: '10.00', reason });
const payout = ({ payoutId }: SampleIds) => ({ id: payoutId });
const nothing = () => undefined;
const firstPage = () => ({ limit: 10 });

const query = { type: 'query', owned: null } as const;
const mutation = { type: 'mutation', owned: null } as const;

/**
 * Every procedure with its policy, whose thing it is about, and a valid input. The types make it complete, and a test
 * compares it with the router; tests of authorisation and fuzz tests walk it.
 */
export const procedureMatrix: ProcedureMatrix = {
  auth: {
    signUp: {
      ...mutation,
      policy: 'public',
      sample: () => ({ email: 'ada@example.org', password: 'correct horse battery', displayName: 'Ada' }),
    },
    signIn: {
      ...mutation,
      policy: 'public',
      sample: () => ({ email: 'ada@example.org', password: 'correct horse battery' }),
    },
    refresh: { ...mutation, policy: 'public', sample: () => session },
    signOut: { ...mutation, policy: 'public', sample: () => session },
    requestPasswordReset: { ...mutation, policy: 'public', sample: () => ({ email: 'ada@example.org' }) },
    resetPassword: {
      ...mutation,
      policy: 'public',
      sample: () => ({ token: 'token-of-a-mail', newPassword: 'another horse battery' }),
    },
    requestEmailConfirmation: { ...mutation, policy: 'public', sample: () => ({ email: 'ada@example.org' }) },
    confirmEmail: { ...mutation, policy: 'public', sample: () => ({ token: 'token-of-a-mail' }) },
  },
  users: {
    me: { ...query, policy: 'signed_in', sample: nothing },
    updateMe: { ...mutation, policy: 'signed_in', sample: () => ({ displayName: 'Ada L.' }) },
    openProviderProfile: { ...mutation, policy: 'signed_in', sample: () => ({ publicName: 'Ada Machines' }) },
    listSshKeys: { ...query, policy: 'signed_in', sample: nothing },
    addSshKey: {
      ...mutation,
      policy: 'signed_in',
      sample: () => ({
        publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1sIJ0gS1nqk5cPEfzSNyzkZ5EAZIfWjsJqp3ZMpWZo ada@laptop',
      }),
    },
    removeSshKey: {
      ...mutation,
      policy: 'signed_in',
      owned: 'sshKeyId',
      sample: ({ sshKeyId }) => ({ id: sshKeyId }),
    },
    list: { ...query, policy: 'admin', sample: firstPage },
    suspend: { ...mutation, policy: 'admin', sample: decision },
    reinstate: { ...mutation, policy: 'admin', sample: decision },
    approveProvider: { ...mutation, policy: 'admin', sample: decision },
    refuseProvider: { ...mutation, policy: 'admin', sample: decision },
  },
  machines: {
    connect: {
      ...mutation,
      policy: 'provider',
      sample: () => ({
        name: 'rack-7',
        control: { address: 'rack-7.example.org', port: 22 },
        sshUser: 'root',
        declaredRegion: 'Frankfurt, DE',
      }),
    },
    get: { ...query, policy: 'signed_in', owned: 'machineId', sample: machine },
    list: { ...query, policy: 'provider', sample: firstPage },
    onboardingBlocks: { ...query, policy: 'signed_in', owned: 'machineId', sample: machine },
    rescanHostKey: { ...mutation, policy: 'provider', owned: 'machineId', sample: machine },
    confirmHostKey: {
      ...mutation,
      policy: 'provider',
      owned: 'machineId',
      sample: ({ machineId }) => ({
        id: machineId,
        fingerprint: 'SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg',
      }),
    },
    recheck: { ...mutation, policy: 'provider', owned: 'machineId', sample: machine },
    listChecks: { ...query, policy: 'signed_in', owned: 'machineId', sample: machine },
    listCommands: { ...query, policy: 'signed_in', owned: 'machineId', sample: machine },
    listMinutes: {
      ...query,
      policy: 'signed_in',
      owned: 'machineId',
      sample: ({ machineId }) => ({ id: machineId, range }),
    },
    rename: {
      ...mutation,
      policy: 'provider',
      owned: 'machineId',
      sample: ({ machineId }) => ({ id: machineId, name: 'rack-8' }),
    },
    setRenterNetwork: {
      ...mutation,
      policy: 'provider',
      owned: 'machineId',
      sample: ({ machineId }) => ({
        id: machineId,
        network: { allowedNetworks: ['10.20.0.0/16'], mailAllowed: false },
      }),
    },
    retire: { ...mutation, policy: 'provider', owned: 'machineId', sample: machine },
    release: { ...mutation, policy: 'admin', sample: ({ machineId }) => ({ id: machineId, reason }) },
    calendar: {
      ...query,
      policy: 'signed_in',
      owned: 'machineId',
      sample: ({ machineId }) => ({ id: machineId, range }),
    },
    blockTime: {
      ...mutation,
      policy: 'provider',
      owned: 'machineId',
      sample: ({ machineId }) => ({ id: machineId, kind: 'maintenance', range }),
    },
    unblockTime: { ...mutation, policy: 'provider', owned: 'blockId', sample: ({ blockId }) => ({ blockId }) },
  },
  machineTools: {
    get: { ...query, policy: 'signed_in', owned: 'machineId', sample: machine },
    consent: {
      ...mutation,
      policy: 'provider',
      owned: 'machineId',
      sample: ({ machineId }) => ({ id: machineId, tools: ['sysbench' as const] }),
    },
  },
  reliability: {
    ofMachine: { ...query, policy: 'signed_in', owned: 'machineId', sample: machine },
    listMachineLosses: { ...query, policy: 'signed_in', owned: 'machineId', sample: machine },
    ofListing: { ...query, policy: 'public', sample: listing },
    listListingLosses: { ...query, policy: 'public', sample: listing },
  },
  listings: {
    create: {
      ...mutation,
      policy: 'provider',
      owned: 'machineId',
      sample: ({ machineId }) => ({ machineId, terms: { title: 'Sixteen cores', pricePerHour: '0.50' } }),
    },
    update: {
      ...mutation,
      policy: 'provider',
      owned: 'listingId',
      sample: ({ listingId }) => ({
        id: listingId,
        terms: {
          title: 'Sixteen cores',
          description: '',
          pricePerHour: '0.60',
          durationMinMs: 600_000,
          durationMaxMs: 86_400_000,
          cancellationPolicy: 'moderate',
          extraWipeStrategies: [],
          visibility: 'public',
        },
      }),
    },
    publish: { ...mutation, policy: 'provider', owned: 'listingId', sample: listing },
    pause: { ...mutation, policy: 'provider', owned: 'listingId', sample: listing },
    archive: { ...mutation, policy: 'provider', owned: 'listingId', sample: listing },
    // An active listing is for everybody who has its link; a draft is its provider's.
    get: { ...query, policy: 'public', sample: listing },
    listMine: { ...query, policy: 'provider', sample: firstPage },
    search: {
      ...query,
      policy: 'public',
      sample: () => ({ filter: { cpuThreadsMin: 8, pricePerHourMax: '2' }, sort: 'price_ascending' as const }),
    },
    facets: { ...query, policy: 'public', sample: nothing },
    busyRanges: { ...query, policy: 'public', sample: ({ listingId }) => ({ id: listingId, range }) },
  },
  handovers: {
    get: { ...query, policy: 'signed_in', owned: 'bookingId', sample: booking },
    rawOutput: { ...query, policy: 'signed_in', owned: 'bookingId', sample: booking },
    leave: { ...mutation, policy: 'signed_in', owned: 'bookingId', sample: booking },
  },
  bookings: {
    quote: {
      ...query,
      policy: 'signed_in',
      sample: ({ listingId }) => ({ listingId, start: null, durationMs: 3_600_000 }),
    },
    create: {
      ...mutation,
      policy: 'signed_in',
      sample: ({ listingId, sshKeyId }) => ({
        idempotencyKey,
        listingId,
        start: null,
        durationMs: 3_600_000,
        sshKeyIds: [sshKeyId],
        acceptedMaximum: '0.50',
      }),
    },
    get: { ...query, policy: 'signed_in', owned: 'bookingId', sample: booking },
    list: {
      ...query,
      policy: 'signed_in',
      sample: ({ machineId }) => ({ limit: 10, as: 'renter' as const, machineId }),
    },
    listAsProvider: { ...query, policy: 'provider', sample: firstPage },
    history: { ...query, policy: 'signed_in', owned: 'bookingId', sample: booking },
    accessHistory: { ...query, policy: 'signed_in', owned: 'bookingId', sample: booking },
    connection: { ...query, policy: 'signed_in', owned: 'bookingId', sample: booking },
    extendQuote: {
      ...query,
      policy: 'signed_in',
      owned: 'bookingId',
      sample: ({ bookingId }) => ({ id: bookingId, newEnd: range.end }),
    },
    extend: {
      ...mutation,
      policy: 'signed_in',
      owned: 'bookingId',
      sample: ({ bookingId }) => ({ idempotencyKey, id: bookingId, newEnd: range.end }),
    },
    setAutoExtend: {
      ...mutation,
      policy: 'signed_in',
      owned: 'bookingId',
      sample: ({ bookingId }) => ({ id: bookingId, stepMs: 3_600_000, maximum: '100' }),
    },
    clearAutoExtend: { ...mutation, policy: 'signed_in', owned: 'bookingId', sample: booking },
    endEarlyQuote: { ...query, policy: 'signed_in', owned: 'bookingId', sample: booking },
    endEarly: { ...mutation, policy: 'signed_in', owned: 'bookingId', sample: booking },
    cancelQuote: { ...query, policy: 'signed_in', owned: 'bookingId', sample: booking },
    cancel: { ...mutation, policy: 'signed_in', owned: 'bookingId', sample: booking },
    cancelAsProvider: {
      ...mutation,
      policy: 'provider',
      owned: 'bookingId',
      sample: ({ bookingId }) => ({ id: bookingId, reason }),
    },
  },
  payments: {
    wallet: { ...query, policy: 'signed_in', sample: nothing },
    earnings: { ...query, policy: 'provider', sample: nothing },
    statement: { ...query, policy: 'signed_in', sample: () => ({ account: 'wallet' as const }) },
    list: { ...query, policy: 'signed_in', sample: firstPage },
    topUp: {
      ...mutation,
      policy: 'signed_in',
      sample: () => ({ idempotencyKey, amount: '20.00', source: '4242 4242 4242 4242' }),
    },
    get: { ...query, policy: 'signed_in', owned: 'paymentId', sample: ({ paymentId }) => ({ id: paymentId }) },
    refundQuote: { ...query, policy: 'signed_in', sample: nothing },
    refund: { ...mutation, policy: 'signed_in', sample: () => ({ idempotencyKey, amount: '1.00' }) },
    listCards: { ...query, policy: 'signed_in', sample: nothing },
    refreshCards: { ...mutation, policy: 'signed_in', sample: nothing },
    startCardSetup: { ...mutation, policy: 'signed_in', sample: nothing },
    removeCard: { ...mutation, policy: 'signed_in', owned: 'cardId', sample: card },
    setDefaultCard: { ...mutation, policy: 'signed_in', owned: 'cardId', sample: card },
    autoTopUp: { ...query, policy: 'signed_in', sample: nothing },
    setAutoTopUp: {
      ...mutation,
      policy: 'signed_in',
      owned: 'cardId',
      sample: ({ cardId }) => ({ cardId, threshold: '10.00', amount: '20.00', monthlyLimit: '100.00' }),
    },
    clearAutoTopUp: { ...mutation, policy: 'signed_in', sample: nothing },
    manualCredit: { ...mutation, policy: 'admin', sample: transfer },
    manualDebit: { ...mutation, policy: 'admin', sample: transfer },
  },
  earnings: {
    listHeld: { ...query, policy: 'provider', sample: firstPage },
  },
  spending: {
    get: { ...query, policy: 'signed_in', sample: nothing },
    setLimit: { ...mutation, policy: 'signed_in', sample: () => ({ limit: '250.00' }) },
    clearLimit: { ...mutation, policy: 'signed_in', sample: nothing },
  },
  payouts: {
    account: { ...query, policy: 'provider', sample: nothing },
    startOnboarding: { ...mutation, policy: 'provider', sample: nothing },
    refreshAccount: { ...mutation, policy: 'provider', sample: nothing },
    request: { ...mutation, policy: 'provider', sample: () => ({ idempotencyKey }) },
    list: { ...query, policy: 'signed_in', sample: firstPage },
    get: { ...query, policy: 'signed_in', owned: 'payoutId', sample: payout },
    lines: {
      ...query,
      policy: 'signed_in',
      owned: 'payoutId',
      sample: ({ payoutId }) => ({ id: payoutId, limit: 10 }),
    },
    listPending: { ...query, policy: 'admin', sample: firstPage },
    confirm: {
      ...mutation,
      policy: 'admin',
      sample: ({ payoutId }) => ({ idempotencyKey, id: payoutId, reference: 'Bank 2030-05-01/17', reason }),
    },
    reject: { ...mutation, policy: 'admin', sample: ({ payoutId }) => ({ idempotencyKey, id: payoutId, reason }) },
  },
  disputes: {
    open: {
      ...mutation,
      policy: 'signed_in',
      owned: 'bookingId',
      sample: ({ bookingId }) => ({ bookingId, reason: 'not_reachable' as const, text: statement }),
    },
    list: { ...query, policy: 'signed_in', sample: firstPage },
    get: { ...query, policy: 'signed_in', owned: 'disputeId', sample: dispute },
    respond: {
      ...mutation,
      policy: 'signed_in',
      owned: 'disputeId',
      sample: ({ disputeId }) => ({ id: disputeId, text: statement }),
    },
    withdraw: { ...mutation, policy: 'signed_in', owned: 'disputeId', sample: dispute },
    decide: {
      ...mutation,
      policy: 'admin',
      sample: ({ disputeId }) => ({
        idempotencyKey,
        id: disputeId,
        outcome: 'partial' as const,
        amount: '0.01',
        reason,
      }),
    },
    listOpen: { ...query, policy: 'admin', sample: firstPage },
  },
  benchmarks: {
    start: {
      ...mutation,
      policy: 'provider',
      owned: 'machineId',
      sample: ({ machineId }) => ({ machineId, kinds: ['cpu' as const] }),
    },
    get: {
      ...query,
      policy: 'signed_in',
      owned: 'benchmarkId',
      sample: ({ benchmarkId }) => ({ id: benchmarkId }),
    },
    listByMachine: { ...query, policy: 'signed_in', owned: 'machineId', sample: ({ machineId }) => ({ machineId }) },
    rawOutput: {
      ...query,
      policy: 'signed_in',
      owned: 'benchmarkId',
      sample: ({ benchmarkId }) => ({ id: benchmarkId }),
    },
  },
  dataWipes: {
    get: { ...query, policy: 'signed_in', owned: 'dataWipeId', sample: dataWipe },
    getByBooking: {
      ...query,
      policy: 'signed_in',
      owned: 'bookingId',
      sample: ({ bookingId }) => ({ bookingId }),
    },
    certificate: { ...query, policy: 'signed_in', owned: 'dataWipeId', sample: dataWipe },
    certificatePdf: { ...query, policy: 'signed_in', owned: 'dataWipeId', sample: dataWipe },
    listCertificates: {
      ...query,
      policy: 'signed_in',
      owned: 'machineId',
      sample: ({ machineId }) => ({ machineId }),
    },
    retry: { ...mutation, policy: 'signed_in', owned: 'dataWipeId', sample: dataWipe },
    keySet: { ...query, policy: 'public', sample: nothing },
  },
  documents: {
    list: { ...query, policy: 'signed_in', sample: firstPage },
    listOf: { ...query, policy: 'admin', sample: ({ userId }) => ({ userId, limit: 10 }) },
    get: { ...query, policy: 'signed_in', owned: 'documentId', sample: document },
    data: { ...query, policy: 'signed_in', owned: 'documentId', sample: document },
    pdf: { ...query, policy: 'signed_in', owned: 'documentId', sample: document },
    exportCsv: {
      ...query,
      policy: 'signed_in',
      sample: () => ({ account: 'wallet' as const, from: range.start, to: range.end }),
    },
    providerTaxData: { ...query, policy: 'provider', sample: nothing },
    setProviderTaxData: {
      ...mutation,
      policy: 'provider',
      sample: () => ({
        legalName: 'Ada Machines Ltd',
        address: '1 Engine Lane\nLondon',
        country: 'GB',
        taxId: 'GB123456789',
        taxBasisPoints: 2_000,
      }),
    },
    billingData: { ...query, policy: 'signed_in', sample: nothing },
    setBillingData: {
      ...mutation,
      policy: 'signed_in',
      sample: () => ({ name: 'Ada Lovelace', address: '1 Engine Lane\nLondon', country: null, taxId: null }),
    },
  },
  events: {
    list: { ...query, policy: 'signed_in', sample: firstPage },
    feed: { type: 'subscription', owned: null, policy: 'signed_in', sample: () => ({ lastEventId: '0' }) },
  },
  server: {
    info: { ...query, policy: 'any_client', sample: nothing },
  },
};

/** A procedure of the matrix with its dotted path, for tests that walk all of them. */
export interface ListedProcedure {
  readonly path: string;
  readonly policy: Policy;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly owned: Owned;
  readonly sample: (ids: SampleIds) => unknown;
}

/** The matrix as a flat list. */
export function listProcedures(): readonly ListedProcedure[] {
  return Object.entries(procedureMatrix).flatMap(([noun, procedures]) =>
    Object.entries<ProcedureSample<unknown>>(procedures).map(([name, entry]) => ({
      path: `${noun}.${name}`,
      ...entry,
    })),
  );
}
