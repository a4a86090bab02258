import type { CrashLoad, LoadedCall } from './crash-load.ts';
import type { CrashStage } from './crash-stage.ts';

/** What of a run under kills is wrong: what was answered has happened once, what was not at most once, and all money is there. */
export async function crashViolations(stage: CrashStage, load: CrashLoad): Promise<readonly string[]> {
  const audit = await stage.run(['audit']);
  const found = audit.status === 0 ? [] : [`the audit found something: ${audit.out}${audit.err}`];
  const made = await readMade(stage);
  return [
    ...found,
    ...load.calls.flatMap((call) => wrongCall(call, made)),
    ...wrongEnds(load, made),
    ...wrongEffects(stage),
    ...wrongMoney(stage, made),
  ];
}

interface Made {
  readonly rows: readonly {
    readonly kind: 'top_up' | 'book';
    readonly id: string;
    /** What was asked for, in the unit of the load. */
    readonly size: number;
    readonly status: string;
    /** Top-ups or holds in the ledger. */
    readonly moved: number;
  }[];
  readonly clearing: bigint;
  readonly events: { readonly stored: number; readonly open: number };
}

async function readMade(stage: CrashStage): Promise<Made> {
  const rows = await stage.sql<Made['rows'][number]>(
    `SELECT 'top_up' AS kind, p.id, (p.amount_micros / 10000)::int AS size, p.status, (
       SELECT count(*)::int FROM ledger_transfers t WHERE t.payment_id = p.id AND t.kind = 'top_up') AS moved
     FROM payments p WHERE p.kind = 'top_up'
     UNION ALL
     SELECT 'book', b.id, (extract(epoch FROM b.end_at - b.start_at) * 1000)::int, b.status, (
       SELECT count(*)::int FROM ledger_transfers t WHERE t.booking_id = b.id AND t.kind = 'hold')
     FROM bookings b`,
  );
  const [sums] = await stage.sql<{ clearing: string; stored: number; open: number }>(
    `SELECT (SELECT coalesce(-sum(amount_micros), 0) FROM ledger_entries WHERE house_account = 'clearing')::text AS clearing,
       (SELECT count(*) FROM processor_events)::int AS stored,
       (SELECT count(*) FROM processor_events WHERE applied_at IS NULL)::int AS open`,
  );
  if (sums === undefined) throw new Error('Sums are one row.');
  return { rows, clearing: BigInt(sums.clearing), events: sums };
}

function wrongCall({ id, isRefused, kind, size }: LoadedCall, { rows }: Made): readonly string[] {
  const of = rows.filter((row) => row.kind === kind && row.size === size);
  const told = `${kind} of ${String(size)}`;
  if (of.length > 1) return [`${told} was made ${String(of.length)} times`];
  const [row] = of;
  if (id !== null && row?.id !== id) return [`${told} was answered with ${id}, and is ${String(row?.id)}`];
  if (id === null && isRefused && kind === 'book' && row !== undefined) return [`${told} was refused, and is there`];
  const moved = row === undefined ? 0 : kind === 'book' || row.status === 'succeeded' ? 1 : 0;
  return (row?.moved ?? 0) === moved ? [] : [`${told} moved money ${String(row?.moved)} times`];
}

/** A booking whose end was acknowledged has ended. */
function wrongEnds({ ended }: CrashLoad, { rows }: Made): readonly string[] {
  const over = new Set(rows.filter(({ status }) => status === 'completed').map(({ id }) => id));
  return [...ended]
    .filter((id) => !over.has(id))
    .map((id) => `the end of booking ${id} was acknowledged and did not come`);
}

/** On the machines: an account is made, ended and removed once, and none is left. */
function wrongEffects({ world }: CrashStage): readonly string[] {
  const counts = new Map<string, number>();
  const machines = world.machines.all();
  for (const { accountName, kind } of machines.flatMap(({ effects }) => effects)) {
    if (kind === 'deadline_moved') continue;
    counts.set(`${kind} ${accountName}`, (counts.get(`${kind} ${accountName}`) ?? 0) + 1);
  }
  return [
    ...[...counts]
      .filter(([, times]) => times > 1)
      .map(([effect, times]) => `${effect} happened ${String(times)} times`),
    ...machines.flatMap(({ accounts }) => [...accounts.keys()].map((name) => `${name} is still on its machine`)),
  ];
}

/** Stripe took each payment at most once, the ledger says that all of it lies there, and every event was acted on. */
function wrongMoney({ standIn }: CrashStage, { clearing, events }: Made): readonly string[] {
  const taken = standIn.store.all('payment_intent').filter(({ status }) => status === 'succeeded');
  const payments = new Set(taken.map(({ metadata }) => JSON.stringify(metadata)));
  const atStripe = taken.reduce((sum, { amount }) => sum + BigInt(Number(amount)), 0n) * 10_000n;
  const told = standIn.store.events.length;
  return [
    ...(payments.size === taken.length ? [] : ['a payment was taken from its card twice']),
    ...(clearing === atStripe ? [] : [`the ledger says that ${clearing} lie at Stripe, and Stripe has ${atStripe}`]),
    ...(events.stored === told ? [] : [`Stripe told ${String(told)} events, and ${String(events.stored)} are stored`]),
    ...(events.open === 0 ? [] : [`${String(events.open)} events were not acted on`]),
  ];
}
