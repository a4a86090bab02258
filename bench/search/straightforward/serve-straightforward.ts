import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import Fastify from 'fastify';
import { generateKeyPair, SignJWT } from 'jose';
import knex from 'knex';
import { Model } from 'objection';
import { User } from './models.ts';
import { contextOf, straightforwardRouter } from './router.ts';

/**
 * The straightforward stack, in a process of its own: tRPC's official Fastify adapter, superjson on everything, Objection rows and a
 * token that is verified for each call. Started by fork with DATABASE_URL; says its port and a token that it takes.
 */
const url = process.env['DATABASE_URL'];
if (url === undefined) throw new Error('DATABASE_URL names the loaded database.');
// It may take longer than the role's limit of 30 s: at a million listings it is measured, not given up.
const connection = { connectionString: url, statement_timeout: 600_000 };
Model.knex(knex({ client: 'pg', connection, pool: { min: 0, max: 10 } }));
const user = await User.query().findOne({ status: 'active' });
if (user === undefined) throw new Error('Nobody is in the database.');
const { privateKey, publicKey } = await generateKeyPair('EdDSA');
const token = await new SignJWT({ sub: user.subject })
  .setProtectedHeader({ alg: 'EdDSA' })
  .setExpirationTime('1h')
  .sign(privateKey);

const fastify = Fastify({ routerOptions: { maxParamLength: 2_000 } });
await fastify.register(fastifyTRPCPlugin, {
  prefix: '/api/v1',
  trpcOptions: { router: straightforwardRouter, createContext: contextOf(publicKey) },
});
await fastify.listen({ host: '127.0.0.1', port: 0 });
const address = fastify.server.address();
if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
process.on('disconnect', () => process.exit());
process.send?.({ baseUrl: `http://127.0.0.1:${String(address.port)}`, token });
