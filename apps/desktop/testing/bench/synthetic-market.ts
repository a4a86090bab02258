import type { Page } from 'playwright-core';

/** Adds a market of made-up listings to a page: more than any real one sends at once. */
export async function routeSyntheticMarket(page: Page, count: number): Promise<void> {
  const answer = { result: { data: { json: { items: Array.from({ length: count }, row), nextCursor: null } } } };
  await page.route(/\/api\/v1\/[^?]*listings\.search/, async (route) => {
    const url = new URL(route.request().url());
    const names = (url.pathname.split('/').at(-1) ?? '').split(',');
    const response = await route.fetch();
    const body: unknown = await response.json();
    const answers = Array.isArray(body) ? body : [body];
    const patched = names.map((name, index) => (name === 'listings.search' ? answer : (answers[index] as unknown)));
    const { 'content-length': _length, 'content-encoding': _encoding, ...headers } = response.headers();
    await route.fulfill({
      status: 200,
      headers,
      body: JSON.stringify(Array.isArray(body) ? patched : patched[0]),
    });
  });
}

function row(_: unknown, index: number): Record<string, unknown> {
  const digits = String(index).padStart(12, '0');
  return {
    id: `019a0000-0000-7000-8000-${digits}`,
    machineId: `019a0000-0000-7000-9000-${digits}`,
    title: `Build server ${index}`,
    pricePerHour: (0.5 + (index % 400) / 100).toFixed(2),
    pricePerGpuHour: null,
    currency: 'EUR',
    region: ['Frankfurt', 'Oslo', 'Lisbon'][index % 3],
    reachability: 'online',
    accessMode: 'unix_user',
    cpuModel: 'AMD EPYC 9354',
    cpuThreads: 8 + (index % 56),
    memoryBytes: 68_719_476_736,
    diskFreeBytes: 1_000_000_000_000,
    diskKind: 'nvme',
    gpuModel: null,
    gpuCount: 0,
    vramBytes: null,
    cudaVersion: null,
    cpuScore: 900 + (index % 300),
    memoryScore: 1_000,
    storageScore: 1_000,
    gpuScore: 1_000,
    networkScore: 800,
    benchmarkedAt: '2026-11-01T12:00:00.000Z',
    reliabilityPpm: 990_000 + (index % 100) * 100,
    reliabilityAt: '2026-11-01T12:00:00.000Z',
    createdAt: '2026-11-01T12:00:00.000Z',
  };
}
