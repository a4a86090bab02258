import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyCertificate } from '@rsm/hosts';
import type { Lab } from '@rsm/lab';
import { onboardingOf } from '../demo/onboard-machine.ts';
import { signUp } from '../demo/market-client.ts';
import type { MarketClient } from '../demo/market-client.ts';
import { waitFor } from '../demo/wait-for.ts';
import type { Step } from './step-printer.ts';
import { StepPrinter } from './step-printer.ts';
import { renterComputer } from './ssh-program.ts';

const ACTIVE_LIMIT_MS = 60_000;
const COMPLETED_LIMIT_MS = 180_000;
const HOUR_MS = 3_600_000;

export interface TourOptions {
  readonly apiUrl: string;
  readonly lab: Lab;
  readonly print: (line: string) => void;
}

/**
 * Does the main job as two new people on a host that was never seen before, over HTTP and the real `ssh` program. Stops at
 * the first step that fails.
 */
export async function runTour({ apiUrl, lab, print }: TourOptions): Promise<readonly Step[]> {
  const steps = new StepPrinter(print);
  const people = newPeople();
  const computer = await renterComputer();
  try {
    const host = await steps.run('start a lab host that was never seen before', () =>
      lab.startHost({ flavour: 'debian' }),
    );
    const provider = await steps.run('sign up as a provider', async () => {
      const session = await signUp(apiUrl, people.provider);
      await session.market.users.openProviderProfile.mutate({ publicName: people.provider.displayName });
      return session.market;
    });
    const onboarding = onboardingOf(provider, host);
    const machine = await steps.run('connect the machine', () =>
      onboarding.connect({ name: 'Tour machine', region: 'tour' }),
    );
    await steps.run('paste the block on it', () => onboarding.paste(machine));
    await steps.run('compare and confirm its host key', () => onboarding.confirmHostKey(machine));
    const verified = await steps.run('have it checked', () => onboarding.waitUntilVerified(machine));
    steps.note(factsText(verified.facts));
    const benchmarks = await steps.run('measure it', () => onboarding.benchmark(machine));
    steps.note(benchmarks.map((run) => `${run.kind}: score ${String(run.result?.score ?? 0)}`).join(', '));
    const title = `Tour ${people.suffix}`;
    const listing = await steps.run('list it at 2.40 an hour', async () => {
      const draft = await provider.listings.create.mutate({
        machineId: machine.id,
        terms: { title, pricePerHour: '2.40' },
      });
      return provider.listings.publish.mutate({ id: draft.id });
    });

    const { market: renter } = await steps.run('sign up as a renter', () => signUp(apiUrl, people.renter));
    const sshKey = await steps.run('add a fresh SSH public key', () =>
      renter.users.addSshKey.mutate({ name: 'tour', publicKey: computer.publicKey }),
    );
    await steps.run('top the wallet up by 20.00', () =>
      renter.payments.topUp.mutate({
        idempotencyKey: `tour-${people.suffix}`,
        amount: '20.00',
        source: '4242424242424242',
      }),
    );
    const found = await steps.run('search the market', async () => {
      const page = await renter.listings.search.query({ filter: { text: title }, sort: 'price_ascending' });
      const row = page.items.find((item) => item.id === listing.id);
      if (row === undefined) throw new Error('The listing was not found.');
      return row;
    });
    const window = { listingId: found.id, start: null, durationMs: HOUR_MS };
    const quote = await steps.run('ask for a quote', () => renter.bookings.quote.query(window));
    steps.note(`maximum ${money(quote.maximumMicros)} ${quote.currency} for one hour`);
    const booking = await steps.run('book it now', () =>
      renter.bookings.create.mutate({
        ...window,
        idempotencyKey: `tour-${people.suffix}`,
        sshKeyIds: [sshKey.id],
        acceptedMaximum: quote.maximumMicros,
      }),
    );
    await steps.run('wait until access works', () => untilStatus(renter, booking.id, 'active', ACTIVE_LIMIT_MS));
    const connection = await steps.run('read the connection', () =>
      renter.bookings.connection.query({ id: booking.id }),
    );
    await steps.run('log in with ssh and run a command', async () => {
      const name = await computer.ssh(connection, 'whoami && echo secret > ~/notes && echo secret > /tmp/left-behind');
      if (name !== connection.user) throw new Error(`whoami said ${name}, not ${connection.user}.`);
      steps.note(`whoami: ${name}`);
    });
    const consequence = await steps.run('see what ending early costs', () =>
      renter.bookings.endEarlyQuote.query({ id: booking.id }),
    );
    steps.note(`${money(consequence.chargedMicros)} charged, ${money(consequence.releasedMicros)} back`);
    await steps.run('end early', () => renter.bookings.endEarly.mutate({ id: booking.id }));
    await steps.run('wait for the verified clean-up', () =>
      untilStatus(renter, booking.id, 'completed', COMPLETED_LIMIT_MS),
    );
    await steps.run('see that the login is refused now', async () => {
      const wasLetIn = await computer.ssh(connection, 'true').then(
        () => true,
        () => false,
      );
      if (wasLetIn) throw new Error('The renter can still log in.');
    });
    await steps.run('see that nothing is left on the machine', async () => {
      const left = await host.run(
        `ls /tmp/left-behind /home/${connection.user} 2>/dev/null; getent passwd ${connection.user}`,
      );
      if (left.stdout.trim() !== '') throw new Error(`Left behind: ${left.stdout}`);
    });
    await steps.run('verify the certificate offline', async () => {
      const wipe = await renter.dataWipes.getByBooking.query({ bookingId: booking.id });
      const certificate = await renter.dataWipes.certificate.query({ id: wipe.id });
      const keySet = await renter.dataWipes.keySet.query();
      await writeFile(join(computer.folder, 'certificate.jws'), certificate.jws);
      const check = await verifyCertificate({ jws: certificate.jws, keySet });
      if (check.signature !== 'valid' || certificate.verdict !== 'verified') throw new Error(check.reasons.join(' '));
      steps.note(`${check.summary} ${String(wipe.steps.length)} steps, ${String(wipe.findings.length)} checks.`);
    });
    await steps.run("show both sides' money", async () => {
      const wallet = await renter.payments.wallet.query();
      const earnings = await provider.payments.earnings.query();
      const detail = await renter.bookings.get.query({ id: booking.id });
      const charged = detail.booking.chargedMicros ?? 0n;
      const fee = (charged * BigInt(detail.booking.feeBasisPoints) * 2n + 10_000n) / 20_000n;
      if (wallet.availableMicros !== 20_000_000n - charged) throw new Error('The wallet does not add up.');
      if (wallet.heldMicros !== 0n || earnings.pendingMicros !== 0n) throw new Error('Money is held for nothing.');
      if (earnings.availableMicros !== charged - fee) throw new Error('The earnings do not add up.');
      steps.note(
        `renter paid ${money(charged)} and has ${money(wallet.availableMicros)}; ` +
          `provider has ${money(earnings.availableMicros)}; platform fee ${money(fee)} ${wallet.currency}`,
      );
    });
    await steps.run('take the pasted block away', async () => {
      const { takeAway } = await provider.machines.onboardingBlocks.query({ id: machine.id });
      await provider.machines.retire.mutate({ id: machine.id });
      const pasted = await host.run(takeAway);
      if (pasted.exitCode !== 0) throw new Error(`The block failed: ${pasted.stderr}`);
    });
  } catch (error) {
    if (!steps.hasFailed) throw error;
  } finally {
    await computer.discard();
  }
  return steps.steps;
}

type BookingStatus = Awaited<ReturnType<MarketClient['bookings']['create']['mutate']>>['status'];

async function untilStatus(market: MarketClient, id: string, status: BookingStatus, limitMs: number): Promise<true> {
  return waitFor(`the booking to be ${status}`, limitMs, async () => {
    const { booking } = await market.bookings.get.query({ id });
    if (booking.status === status) return true;
    if (booking.status === 'failed' || booking.status === 'cancelled' || booking.status === 'quarantined') {
      throw new Error(`The booking is ${booking.status}: ${booking.statusReason ?? ''}`);
    }
    return null;
  });
}

function newPeople() {
  const suffix = randomBytes(6).toString('hex');
  const person = (role: string) => ({
    email: `${role}-${suffix}@tour.example`,
    password: randomBytes(18).toString('base64url'),
    displayName: `Tour ${role}`,
  });
  return { suffix, provider: person('provider'), renter: person('renter') };
}

/** Six decimals at most, without trailing zeros after the cents. */
function money(micros: bigint): string {
  const fraction = (micros % 1_000_000n)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${(micros / 1_000_000n).toString()}.${fraction}`;
}

function factsText(
  facts: { cpu: { model: string; threads: number } | null; os: { prettyName: string } | null } | null,
) {
  const cpu = facts?.cpu ?? null;
  const cpuText = cpu === null ? 'unknown CPU' : `${cpu.model}, ${String(cpu.threads)} threads`;
  return `${cpuText}, ${facts?.os?.prettyName ?? 'unknown OS'}`;
}
