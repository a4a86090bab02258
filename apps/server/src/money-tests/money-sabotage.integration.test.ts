// @module-tag ci

import { describe, expect, it } from 'vitest';
import { MoneyModel } from './testing/money-model.ts';
import { openStage, type MoneyStage } from './testing/money-stage.ts';
import { MoneyWorld } from './testing/money-world.ts';
import type { MoneyCommand } from './testing/money-commands.ts';

/*
 * The witnesses of the random histories have to see it when the product is broken. Each case breaks one thing, in the database and
 * under the product's feet, so that all of its code runs as ever; then a short history must go red, and for the reason named. The
 * same history over the whole product is green.
 */

const book = { kind: 'book', renter: 0, machine: 0, inHours: null, minutes: 60 } as const;
const topUp = { kind: 'top_up', renter: 0, cents: 5_000, script: 'succeeds' } as const;
const hour = { kind: 'pass', hours: 1, stepHours: 1 } as const;
const days = { kind: 'pass', hours: 200, stepHours: 24 } as const;
const work = { kind: 'work' } as const;
const again = { kind: 'repeat', call: 0, times: 1, input: 'same' } as const;

/** A trigger that does this before each row that is written, where the condition holds. */
const before = (event: string, table: string, condition: string, act: string): string => `
  CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN IF ${condition} THEN ${act} END IF; RETURN NEW; END $$;
  CREATE TRIGGER a_sabotage BEFORE ${event} ON ${table} FOR EACH ROW EXECUTE FUNCTION sabotage();`;

/** Posts one more transfer, as sound in itself as any: the constraints of the database have nothing against it. */
const post = (kind: string, cause: string, lines: readonly (readonly [account: string, amount: string])[]): string => `
  WITH cause AS (${cause} LIMIT 1), t AS (
    INSERT INTO ledger_transfers (id, kind, idempotency_key, booking_id, payment_id, explanation, currency, at)
    SELECT gen_random_uuid(), '${kind}', gen_random_uuid()::text, booking_id, payment_id, 'Sabotage.', currency, at FROM cause
    RETURNING *),
  line AS (
    SELECT t.*, CASE WHEN part.account IN ('clearing', 'platform_revenue') THEN part.account END AS house, part.amount, (
      SELECT a.id FROM ledger_accounts a, cause WHERE a.kind = part.account
        AND coalesce(a.user_id, a.booking_id) IN (cause.renter_id, cause.provider_id, cause.booking_id)) AS account_id
    FROM t, cause, LATERAL (VALUES ${lines.map(([account, amount]) => `('${account}', ${amount})`).join(', ')}) part (account, amount)),
  moved AS (
    UPDATE ledger_accounts a SET balance_micros = a.balance_micros + line.amount FROM line WHERE line.account_id = a.id)
  INSERT INTO ledger_entries (transfer_id, account_id, house_account, currency, amount_micros, at)
  SELECT id, account_id, house, currency, amount, at FROM line`;

const TOP_UP_CAUSE = `
  SELECT NULL::uuid AS booking_id, p.id AS payment_id, p.currency, p.created_at AS at, p.user_id AS renter_id,
    NULL::uuid AS provider_id, p.amount_micros AS amount FROM payments p WHERE p.kind = 'top_up'`;
interface Sabotage {
  readonly how: string;
  /** What happens before it, and is still green. */
  readonly first?: readonly MoneyCommand[];
  readonly act: string | ((stage: MoneyStage) => void);
  readonly after: readonly MoneyCommand[];
  readonly says: RegExp;
  /** One more way to do what another one shows, for the long runs. */
  readonly isDeep?: true;
}

const sabotages: readonly Sabotage[] = [
  {
    how: 'a transfer is posted twice',
    first: [topUp],
    act: post('top_up', TOP_UP_CAUSE, [
      ['wallet', 'amount_of'],
      ['clearing', '-amount_of'],
    ]).replaceAll('amount_of', 'cause.amount'),
    after: [work],
    says: /payment .* \(top_up, succeeded\) has 2 transfers[^]*wallet .* ought to be/,
  },
  {
    how: 'the release of a booking is forgotten',
    act: before('INSERT', 'ledger_transfers', `NEW.kind = 'release'`, 'RETURN NULL;'),
    after: [book, work, { kind: 'end_early', booking: 0 }, hour],
    says: /hold .* ought to be 0/,
  },
  {
    how: 'whoever leaves after a failed check at the start is charged all the same',
    isDeep: true,
    // The product believes that the booking was ended early, and the database keeps how it really was.
    act: before(
      'UPDATE',
      'bookings',
      `NEW.end_requested_by = 'handover' OR NEW.status = 'wiping'`,
      `IF NEW.status = 'wiping' THEN NEW.end_reason := 'handover'; ELSE NEW.end_requested_by := 'ended'; END IF;`,
    ),
    after: [{ kind: 'leave_free', renter: 0, machine: 0, minutes: 60, afterMinutes: 5 }, hour],
    says: /ought to be/,
  },
  {
    how: 'the fee is off by one basis point',
    act: before('INSERT', 'bookings', 'true', 'NEW.fee_basis_points := NEW.fee_basis_points + 1;'),
    after: [book, work, hour, hour],
    says: /platform_revenue is .* ought to be[^]*of booking .* got/,
  },
  {
    how: 'a webhook that comes twice is acted on twice',
    act:
      // The payment forgets that it was settled, and the ledger that it has seen the key.
      `${before('UPDATE', 'payments', `NEW.kind = 'top_up'`, `NEW.status := OLD.status; NEW.settled_at := NULL;`)}
       CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN NEW.idempotency_key := NEW.idempotency_key || gen_random_uuid()::text; RETURN NEW; END $$;
       CREATE TRIGGER b_sabotage BEFORE INSERT ON ledger_transfers FOR EACH ROW EXECUTE FUNCTION forget();`,
    after: [topUp, { kind: 'deliver_all', order: 'as_they_came' }, work],
    says: /has 2 transfers/,
  },
  {
    how: 'a payout takes money that is still held back',
    first: [book, work, hour, hour],
    act: `
      WITH made AS (
        INSERT INTO payments (id, user_id, kind, status, processor, amount_micros, currency, created_by, created_at)
        SELECT gen_random_uuid(), provider_id, 'payout', 'pending', 'stripe', 1000, currency, provider_id, created_at FROM bookings
        RETURNING *)
      SELECT 1 FROM made;
      ${post(
        'payout',
        `SELECT NULL::uuid AS booking_id, p.id AS payment_id, p.currency, p.created_at AS at, NULL::uuid AS renter_id,
           p.user_id AS provider_id FROM payments p WHERE p.kind = 'payout'`,
        [
          ['provider_pending', '-1000'],
          ['clearing', '1000'],
        ],
      )}`,
    after: [work],
    says: /\(payout\) moves -1000 on provider_pending[^]*pending, .* are held back/,
  },
  {
    how: 'the same key charges the card again and is answered with another payment',
    first: [topUp],
    act: 'DELETE FROM idempotency_keys',
    after: [again],
    says: /top-up-key-.* was answered with .*, then with/,
  },
  {
    how: 'a key is good for another input',
    isDeep: true,
    first: [topUp],
    act: 'DELETE FROM idempotency_keys',
    after: [{ ...again, input: 'other' }],
    says: /with another input was answered with/,
  },
  {
    how: 'a share is available before its clean-up is verified',
    isDeep: true,
    first: [book, work, hour, hour, days, { kind: 'fault', machine: 0, fault: 'broken_wipe' }, book, work, hour, hour],
    act: `
      ${post(
        'earning_available',
        `SELECT b.id AS booking_id, NULL::uuid AS payment_id, b.currency, b.created_at AS at, b.renter_id, b.provider_id
         FROM bookings b JOIN earnings e ON e.booking_id = b.id AND e.available_at IS NULL`,
        [
          ['provider_pending', '-(SELECT amount_micros FROM earnings WHERE available_at IS NULL)'],
          ['provider_available', '(SELECT amount_micros FROM earnings WHERE available_at IS NULL)'],
        ],
      )};
      UPDATE earnings SET earned_at = created_at, reserved_until = created_at + interval '7 days',
        available_at = created_at + interval '8 days' WHERE available_at IS NULL`,
    after: [work],
    says: /a share is available only when nothing holds it back/,
  },
  {
    how: 'a price is a millionth higher than the listing said',
    isDeep: true,
    act: before(
      'INSERT',
      'booking_price_segments',
      'true',
      'NEW.price_per_hour_micros := NEW.price_per_hour_micros + 1;',
    ),
    after: [book],
    says: /the price is 1200001, ought to be 1200000/,
  },
  {
    how: 'money that the bank took is never credited',
    isDeep: true,
    act: ({ bank }) => {
      const known = bank.charges;
      bank.charges.find = (paymentId) => {
        const charge = known.all().find((candidate) => candidate.paymentId === paymentId);
        return charge === undefined ? null : { kind: 'declined', reference: charge.reference, reason: 'No.' };
      };
    },
    after: [{ ...topUp, script: 'lost' }, { kind: 'deliver_all', order: 'as_they_came' }, work],
    says: /the ledger says that .* lie at the bank, and the bank has/,
  },
  {
    how: 'money is credited that the bank never took',
    isDeep: true,
    act: ({ bank }) => {
      bank.charges.find = (paymentId) => ({ kind: 'succeeded', reference: `ch_${paymentId}` });
    },
    after: [
      { ...topUp, script: 'declined' },
      { ...topUp, script: 'authentication' },
      { kind: 'deliver_all', order: 'as_they_came' },
      work,
    ],
    says: /top-up .* of .* never came from the bank/,
  },
];

/** Plays a short history, and says what the witnesses say after each step, and in the end. */
async function play(sabotage: Sabotage, isBroken: boolean): Promise<string> {
  const stage = await openStage();
  try {
    const model = new MoneyModel();
    const world = await MoneyWorld.open(stage, model);
    // The first call of a history is its first: what the cast did is nobody's business here.
    for (const command of sabotage.first ?? []) await world.run(command);
    expect(await world.violations()).toEqual([]);
    if (isBroken) {
      if (typeof sabotage.act === 'string') await stage.product.sql.query(sabotage.act);
      else sabotage.act(stage);
    }
    const said: string[] = [];
    for (const command of sabotage.after) {
      await world.run(command);
      said.push(...(await world.violations()));
    }
    if (said.length === 0) said.push(...(await world.finish()));
    return said.join('\n');
  } finally {
    await stage.close();
  }
}

describe('the witnesses of random histories', () => {
  for (const sabotage of sabotages) {
    it(`see it when ${sabotage.how}`, sabotage.isDeep === true ? { tags: 'deep' } : {}, async () => {
      expect(await play(sabotage, true)).toMatch(sabotage.says);
    });
  }

  it('say nothing about the same histories of the whole product', { tags: 'deep' }, async () => {
    for (const sabotage of sabotages) {
      if (sabotage.says.source.includes('answered with')) continue;
      expect(await play(sabotage, false), sabotage.how).toBe('');
    }
  });
});
