import { createServer } from 'node:http';
import { actorWith, fakeServerInfo, sampleIds, servicesThat } from '@rsm/api/testing';
import { instant } from '@rsm/domain/common/instant';
import { API_PATH, createHttpServer } from '@rsm/server/http';
import { createLogger } from '@rsm/server/logging';
import type { FastifyInstance } from 'fastify';

export const contenderNames = ['bare', 'official', 'thin'] as const;
export type ContenderName = (typeof contenderNames)[number];

/** What is asked, as targets below the API's path. Both are answered without a database. */
export const targets = {
  'a small query': 'server.info',
  'a hot list of 50 rows': `listings.search?input=${encodeURIComponent('{"json":{"limit":50}}')}`,
} as const satisfies Readonly<Record<string, string>>;

const HOST = '127.0.0.1';

export interface RunningContender {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Begins to listen. `bare` sends the product's very answers, put into JSON for each request. */
export async function startContender(name: ContenderName): Promise<RunningContender> {
  const product = await createProduct(name === 'official' ? 'official' : 'thin');
  if (name !== 'bare') {
    await product.listen({ host: HOST, port: 0 });
    return { port: portOf(product.server.address()), stop: async () => product.close() };
  }
  const answers = new Map<string, unknown>();
  for (const target of Object.values(targets)) {
    const url = `${API_PATH}/${target}`;
    const answer = await product.inject({ url });
    if (answer.statusCode !== 200) throw new Error(`"${target}" was answered with ${String(answer.statusCode)}.`);
    answers.set(url, answer.json());
  }
  await product.close();
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers.get(request.url ?? '')));
  });
  await new Promise<void>((listening) => server.listen(0, HOST, listening));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { port: portOf(server.address()), stop };
}

/** The product's own HTTP layer, whole, over services that answer at once. */
async function createProduct(adapter: 'official' | 'thin'): Promise<FastifyInstance> {
  const items = Array.from({ length: 50 }, () => row);
  const services = servicesThat(async ({ name }) => {
    if (name === 'auth.authenticate') return actorWith();
    return { items, nextCursor: null };
  });
  const { fastify } = await createHttpServer({
    composition: {
      services,
      serverInfo: fakeServerInfo,
      processorInbox: { receive: async () => ({ isNew: true }) },
      checkReady: async () => undefined,
    },
    log: createLogger({ level: 'error' }),
    publicUrl: `http://${HOST}`,
    desktopOrigin: 'app://rsm',
    trustedProxies: [],
    adapter,
  });
  return fastify;
}

const row = {
  id: sampleIds.listingId,
  machineId: sampleIds.machineId,
  title: 'Two cards and sixteen cores, quiet, in a cellar',
  pricePerHour: 1_500_000n,
  pricePerGpuHour: 750_000n,
  currency: 'EUR',
  region: 'eu-central, Frankfurt, DE',
  reachability: 'reachable',
  accessMode: 'unix_user',
  cpuModel: 'AMD EPYC 7543 32-Core Processor',
  cpuThreads: 64,
  memoryBytes: 274_877_906_944,
  diskFreeBytes: 1_099_511_627_776,
  diskKind: 'nvme',
  gpuModel: 'NVIDIA GeForce RTX 4090',
  gpuCount: 2,
  vramBytes: 25_769_803_776,
  cudaVersion: '12.4',
  cpuScore: 41_200,
  memoryScore: 9_100,
  storageScore: 5_300,
  gpuScore: null,
  networkScore: null,
  reliabilityPpm: 998_000,
  reliabilityAt: instant(Date.UTC(2030, 0, 1)),
  benchmarkedAt: instant(Date.UTC(2030, 0, 2)),
  createdAt: instant(Date.UTC(2029, 5, 1)),
};

function portOf(address: ReturnType<FastifyInstance['server']['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  return address.port;
}
