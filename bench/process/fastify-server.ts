import Fastify from 'fastify';
import { serveAsChild } from './serve-as-child.ts';

/** Fastify with one route: what an http process of Node weighs before it is ours. */
const fastify = Fastify();
fastify.get('/', async () => ({ hello: 'world' }));
await fastify.listen({ host: '127.0.0.1', port: 0 });
const address = fastify.server.address();
if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
serveAsChild(address.port);
