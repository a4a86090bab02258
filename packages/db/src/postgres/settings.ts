/** `durable` keeps every commit; `disposable` trades that for speed and is for test databases only. */
export type Durability = 'durable' | 'disposable';

/**
 * Settings for a small machine (two cores, a few GB). Sources: the manual's chapter "Server Configuration";
 * connections: one pool of a server and a worker each, tests in parallel, and a reserve.
 */
export function postgresSettings(durability: Durability): Readonly<Record<string, string>> {
  const common = {
    listen_addresses: '127.0.0.1',
    max_connections: '200',
    shared_buffers: '128MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    max_wal_size: '1GB',
    random_page_cost: '1.1',
    // Every statement here is short: compiling one costs more than running it.
    jit: 'off',
    // To start helper processes for a statement costs ten times the statement itself, and there are two cores for everybody.
    max_parallel_workers_per_gather: '0',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_line_prefix: '%m [%p] %d ',
    log_checkpoints: 'off',
    password_encryption: 'scram-sha-256',
    // A transaction that was forgotten must not hold its locks for ever.
    idle_in_transaction_session_timeout: '60s',
  };
  if (durability === 'durable') return common;
  return {
    ...common,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    wal_level: 'minimal',
    // A thousand connections are made, and nobody attacks these passwords.
    scram_iterations: '1',
    // They may lie in memory.
    max_wal_size: '128MB',
    max_wal_senders: '0',
    autovacuum_naptime: '10min',
    // Refused statements are what many tests are about; they would fill the log.
    log_min_messages: 'fatal',
    log_min_error_statement: 'panic',
  };
}
