import type { Services } from '@rsm/api';
import { fakeServerInfo } from '@rsm/api/testing';
import { PgEventWakeups, createKnex, createUnitOfWork } from '@rsm/db';
import { userIdSchema } from '@rsm/domain/common/ids';
import { EventsService } from '@rsm/domain/events/events-service';
import { FeedHub } from '@rsm/domain/events/feed-hub';
import { createHttpServer, createLogger, systemClock, systemTimers } from '@rsm/server/bench';
import { serveAsChild } from '../process/serve-as-child.ts';

/**
 * The product's feed in a process of its own: its HTTP server, hub, repository and listener. Only the door is replaced, because
 * ten thousand sign-ups are not what is measured: a token is the id of a person.
 */
const POOL_MAX = 10;
/** Connections that wait to be taken. */
const BACKLOG = 4_096;

const [, , url = ''] = process.argv;
const knex = createKnex({ url, poolMax: POOL_MAX, applicationName: 'rsm bench feed' });
const { uow } = createUnitOfWork({ knex, clock: systemClock, prepared: true });
const wakeups = new PgEventWakeups({ url });
await wakeups.start();
const feeds = new FeedHub({ reads: uow.reads.events, wakeups, clock: systemClock, timers: systemTimers });
const services: Pick<Services, 'events'> & { readonly auth: Pick<Services['auth'], 'authenticate'> } = {
  events: new EventsService({ uow, feeds, clock: systemClock }),
  auth: {
    authenticate: async (token) => ({
      userId: userIdSchema.parse(token),
      displayName: 'Bench',
      email: 'bench@bench.test',
      roles: ['renter'],
    }),
  },
};
const { fastify } = await createHttpServer({
  composition: {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is called here
    services: services as unknown as Services,
    serverInfo: { ...fakeServerInfo, clock: systemClock },
    processorInbox: { receive: async () => ({ isNew: false }) },
    checkReady: async () => undefined,
  },
  log: createLogger({ level: 'silent' }),
  publicUrl: 'http://127.0.0.1',
  desktopOrigin: 'app://rsm',
  trustedProxies: [],
});
await fastify.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG });
const address = fastify.server.address();
if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
serveAsChild(address.port);
