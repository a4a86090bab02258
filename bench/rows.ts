import type { Row } from './frame/row.ts';

/** Every row in the order of the table. A row's module, and with it half of the product, is loaded when its turn comes. */
export const rows: Readonly<Record<string, () => Promise<Row>>> = {
  search: async () => (await import('./search/search-row.ts')).searchRow,
  http: async () => (await import('./http/http-row.ts')).httpRow,
  ledger: async () => (await import('./ledger/ledger-row.ts')).ledgerRow,
  start: async () => (await import('./process/start-row.ts')).startRow,
  memory: async () => (await import('./process/memory-row.ts')).memoryRow,
  feed: async () => (await import('./feed/feed-row.ts')).feedRow,
  jobs: async () => (await import('./jobs/jobs-row.ts')).jobsRow,
  ssh: async () => (await import('./machines/ssh-row.ts')).sshRow,
  login: async () => (await import('./machines/login-row.ts')).loginRow,
  wipe: async () => (await import('./machines/wipe-row.ts')).wipeRow,
  desktop: async () => (await import('./desktop/desktop-row.ts')).desktopRow,
};
