import { listProcedures, sampleIds, type ListedProcedure, type SampleIds } from '@rsm/api/testing';
import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppRouter } from '@rsm/api';
import { bookingIdSchema } from '@rsm/domain/common/ids';
import { DAY_MS, HOUR_MS, plusMs } from '@rsm/domain/common/instant';
import type { Actor } from '@rsm/domain/users/user';
import { startHttp, type RunningHttp } from '../http/start-http.ts';
import { API_PATH } from '../http/http-server.ts';
import { createLogger } from '../logging.ts';
import { giveEarnings, renewScene, type Scene } from '../testing/api-scene.ts';
import { useApiScene } from '../testing/use-api-scene.ts';

const apiScene = useApiScene();
let http: RunningHttp;
let lines: string[] = [];

beforeAll(async () => {
  const { product } = apiScene();
  http = await startHttp({
    composition: product,
    log: createLogger({ level: 'error', destination: { write: (line: string) => void lines.push(line) } }),
    publicUrl: product.config.http.publicUrl,
    desktopOrigin: product.config.http.desktopOrigin,
    trustedProxies: [],
    host: '127.0.0.1',
    port: 0,
  });
});

afterAll(async () => http.stop());

/** What has to be so before the sample makes sense, and what is sent where the sample can't know it. */
interface Special {
  readonly arrange?: (scene: Scene) => Promise<Partial<SampleIds>>;
  readonly input?: (scene: Scene) => unknown;
  /** The code of the refusal that this sample must meet, where it can only meet one. */
  readonly refusal?: string;
}

/** A booking for tomorrow. */
const later = async ({ offered }: Scene): Promise<Partial<SampleIds>> => {
  const { cast, product } = apiScene();
  const start = plusMs(product.clock.now(), DAY_MS);
  return { bookingId: (await product.seed.book(cast.renter, offered.listing, { start })).id };
};

/** The scene's booking has ended and its clean-up failed. */
const unclean = async ({ ids, offered }: Scene): Promise<Partial<SampleIds>> => {
  const { cast, product } = apiScene();
  offered.fake.leavesResidue = true;
  await product.services.bookings.endEarly(cast.renter.actor, { id: bookingIdSchema.parse(ids.bookingId) });
  await product.jobs.runDue();
  return {};
};

/** The scene's booking has ended, and everything of it went well. */
const ended = async ({ ids }: Scene): Promise<Partial<SampleIds>> => {
  const { cast, product } = apiScene();
  await product.services.bookings.endEarly(cast.renter.actor, { id: bookingIdSchema.parse(ids.bookingId) });
  await product.jobs.runDue();
  return {};
};

/** A booking that has just begun, on a machine that is not what its listing shows. */
const misled = async (): Promise<Partial<SampleIds>> => {
  const { cast, product } = apiScene();
  const { fake, listing } = await product.seed.listing();
  fake.handoverFault = 'other_people';
  const booking = await product.seed.book(cast.renter, listing);
  await product.jobs.runDue();
  return { bookingId: booking.id };
};

const specials: Readonly<Record<string, Special>> = {
  'auth.refresh': { refusal: 'session_expired' },
  'auth.resetPassword': { refusal: 'token_invalid' },
  'auth.confirmEmail': { refusal: 'token_invalid' },
  'users.reinstate': {
    arrange: async () => {
      const { cast, product } = apiScene();
      const person = await product.seed.person();
      await product.services.users.suspend(cast.admin, { id: person.userId, reason: 'A mistake.' });
      return { userId: person.userId };
    },
  },
  'users.suspend': { arrange: async () => ({ userId: (await apiScene().product.seed.person()).userId }) },
  'users.refuseProvider': { arrange: async () => ({ userId: (await apiScene().product.seed.provider()).userId }) },
  'payments.manualDebit': {
    arrange: async () => {
      const { product } = apiScene();
      const person = await product.seed.renter();
      return { userId: person.actor.userId };
    },
  },
  // The demo's processor keeps no cards; with one that does they are tried in payment-tests.
  'payments.refreshCards': { refusal: 'wrong_state' },
  'payments.startCardSetup': { refusal: 'wrong_state' },
  'payments.removeCard': { refusal: 'wrong_state' },
  'payments.setAutoTopUp': { refusal: 'wrong_state' },
  'machines.connect': {
    input: () => ({
      name: 'rack-7',
      control: apiScene().product.machines.add().endpoint,
      sshUser: 'root',
      declaredRegion: 'Frankfurt, DE',
    }),
  },
  'machines.rescanHostKey': {
    arrange: async () => {
      const { cast, product } = apiScene();
      return { machineId: (await product.seed.scannedMachine(cast.provider)).machine.id };
    },
  },
  'machineTools.consent': {
    arrange: async () => {
      const { cast, product } = apiScene();
      const { fake, machine } = await product.seed.verifiedMachine(cast.provider);
      fake.missingTools = ['sysbench'];
      await product.services.machines.recheck(cast.provider, { id: machine.id });
      await product.jobs.runDue();
      return { machineId: machine.id };
    },
  },
  'handovers.leave': { arrange: misled },
  'machines.confirmHostKey': { refusal: 'wrong_state' },
  'machines.release': {
    arrange: async ({ hidden }) => {
      const { product } = apiScene();
      hidden.fake.changeHostKey();
      await product.services.machines.recheck(hidden.provider, { id: hidden.machine.id });
      await product.jobs.runDue();
      return {};
    },
  },
  'listings.publish': {
    arrange: async ({ offered }) => {
      await apiScene().product.services.listings.pause(offered.provider, { id: offered.listing.id });
      return {};
    },
  },
  'bookings.create': {
    input: ({ ids }) => ({
      idempotencyKey: 'sample-key-1',
      listingId: ids.listingId,
      start: new Date(apiScene().product.clock.now() + DAY_MS),
      durationMs: HOUR_MS,
      sshKeyIds: [ids.sshKeyId],
      acceptedMaximum: '0.50',
    }),
  },
  'payouts.request': {
    arrange: async () => {
      const { cast, product } = apiScene();
      await giveEarnings(product, cast.provider);
      return {};
    },
  },
  // The scene's payout has arrived: a processor pays, and no admin has to.
  'payouts.confirm': { refusal: 'wrong_state' },
  'payouts.reject': { refusal: 'wrong_state' },
  'bookings.cancelQuote': { arrange: later },
  'bookings.cancel': { arrange: later },
  'disputes.open': { arrange: ended },
  'dataWipes.certificate': { arrange: unclean },
  'dataWipes.certificatePdf': { arrange: unclean },
  'dataWipes.retry': { arrange: unclean },
};

/** The ids that the sample is made with, as it says itself when it is asked. */
function idsOf({ sample }: ListedProcedure): ReadonlySet<keyof SampleIds> {
  const ids = new Set<keyof SampleIds>();
  const watched = Object.defineProperties(
    { ...sampleIds },
    Object.fromEntries(
      Object.entries<string>({ ...sampleIds }).map(([name, value]) => [
        name,
        {
          get: () => {
            ids.add(name as keyof SampleIds);
            return value;
          },
        },
      ]),
    ),
  );
  sample(watched);
  return ids;
}

/** Who of the cast may make this call. */
function callerOf({ path, policy, owned }: ListedProcedure): Actor | null {
  const { cast } = apiScene();
  if (policy === 'public' || policy === 'any_client') return null;
  if (policy === 'admin') return cast.admin;
  if (policy === 'provider' || path === 'dataWipes.retry' || path === 'disputes.respond') return cast.provider;
  if (owned === 'machineId' || owned === 'benchmarkId' || owned === 'payoutId') return cast.provider;
  return cast.renter.actor;
}

function clientOf(actor: Actor | null) {
  const token = actor === null ? null : apiScene().product.seed.tokenOf(actor);
  return createTRPCUntypedClient<AppRouter>({
    links: [
      httpLink({
        url: `http://127.0.0.1:${String(http.port)}${API_PATH}`,
        transformer: superjson,
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
      }),
    ],
  });
}

describe('over the wire, with a real client', () => {
  it.each(listProcedures().filter(({ type }) => type !== 'subscription'))('$path answers', async (procedure) => {
    const { cast, product, scene: shared } = apiScene();
    lines = [];
    const special = specials[procedure.path] ?? {};
    // A query leaves everything as it was, so that all of them may share one scene.
    const isFresh = procedure.type === 'mutation' || special.arrange !== undefined;
    const scene = isFresh ? await renewScene(product, cast, { scene: shared, ids: idsOf(procedure) }) : shared;
    const ids = { ...scene.ids, ...(await special.arrange?.(scene)) };
    const input = special.input === undefined ? procedure.sample(ids) : special.input(scene);
    const client = clientOf(callerOf(procedure));
    const call =
      procedure.type === 'query' ? client.query(procedure.path, input) : client.mutation(procedure.path, input);
    if (special.refusal === undefined) {
      await expect(call).resolves.toBeDefined();
    } else {
      await expect(call).rejects.toThrow(TRPCClientError);
      await expect(call).rejects.toMatchObject({ data: { code: special.refusal } });
    }
    expect(lines).toEqual([]);
  });

  it('events.feed streams what happens, with the token in a header and never in the address', async () => {
    const { cast, product } = apiScene();
    const stop = new AbortController();
    const input = encodeURIComponent(JSON.stringify({ json: {} }));
    const response = await fetch(`http://127.0.0.1:${String(http.port)}${API_PATH}/events.feed?input=${input}`, {
      headers: {
        authorization: `Bearer ${product.seed.tokenOf(cast.renter.actor)}`,
        accept: 'text/event-stream',
      },
      signal: stop.signal,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    if (response.body === null) throw new Error('A feed has a body.');
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const readUntil = async (word: string): Promise<void> => {
      while (!text.includes(word)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`The feed ended before it said ${word}: ${text}`);
        text += value;
      }
    };
    // A feed without a place begins at the present, and says so: what happens before that is not its business.
    await readUntil('"kind":"reset"');
    await product.services.users.updateMe(cast.renter.actor, { displayName: 'Renter the First' });
    await readUntil('"kind":"profile_changed"');
    stop.abort();
  });
});
