import { DomainError } from '@rsm/domain/common/domain-error';
import type { WipeFinding } from '@rsm/domain/data-wipes/data-wipe';
import type { CanaryMark } from '@rsm/domain/data-wipes/canary';
import type { SoughtBooking, WipeVerifier } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { Clock } from '@rsm/domain/common/instant';
import { SECOND_MS } from '@rsm/domain/common/instant';
import type { SshPool } from '../../ssh/ssh-pool.ts';
import type { SshSession } from '../../ssh/ssh-session.ts';
import { accounts, atJobs, containers, cronJobs, sudoers, systemdTraces } from './catalogue-accounts.ts';
import { canaryFiles } from './catalogue-canaries.ts';
import { configuration, dumps, filesByOwner, keyFiles, mail, mountsOfAccount } from './catalogue-files.ts';
import { gpuProcesses, privilegedFiles, vouchedFiles } from './catalogue-privileges.ts';
import { networkFence } from './catalogue-network.ts';
import { openFiles, processes, sessions, sharedMemory, sockets } from './catalogue-runtime.ts';
import { comparePrivileges, suspectsOf } from './compare-baseline.ts';
import { look, readFoundLines, type Look, type ReadOnlyCommand, type SoughtTraces } from './look.ts';
import { readProcesses } from './read-processes.ts';
import { takeBaseline } from './take-baseline.ts';

/** A look whose command prints what it finds and needs the account's name, its uid, or both. */
function byLines(check: string, run: Look['run']): Look {
  return { checks: [check], run, read: (output) => readFoundLines(check, output) };
}

const RETURN_WHAT_FITS = { onTooMuchOutput: 'return' } as const;

function byName(check: string, command: ReadOnlyCommand<'account'>): Look {
  return byLines(check, (session, { accountName }) => session.run(command, { account: accountName }, RETURN_WHAT_FITS));
}

function byUid(check: string, command: ReadOnlyCommand<'uid'>): Look {
  return byLines(check, (session, { uid }) => session.run(command, { uid }, RETURN_WHAT_FITS));
}

function byNameAndUid(check: string, command: ReadOnlyCommand<'account' | 'uid'>): Look {
  return byLines(check, (session, { accountName, uid }) =>
    session.run(command, { account: accountName, uid }, RETURN_WHAT_FITS),
  );
}

/** Lists, and asks the package database about what is not as it was. */
async function listAndVouch(
  session: SshSession,
  { elapsedSeconds, baseline }: SoughtTraces,
): Promise<Awaited<ReturnType<Look['run']>>> {
  const listed = await session.run(privilegedFiles, { elapsedSeconds: elapsedSeconds() }, RETURN_WHAT_FITS);
  const suspects = suspectsOf(listed.stdout, baseline);
  if (listed.truncated || listed.exitStatus !== 0 || suspects.length === 0) return listed;
  const vouched = await session.run(vouchedFiles, {}, { stdin: suspects.map((path) => `${path}\n`).join('') });
  return { ...vouched, stdout: `${listed.stdout}${vouched.stdout}` };
}

/** Whole seconds here and on the machine: a marker may have been planted within the booking's first. */
const ROUNDING_SECONDS = 2;

/** Everything that is looked at, in this order: first what could still change the rest. */
const LOOKS: readonly Look[] = [
  {
    checks: ['processes'],
    run: (session) => session.run(processes, {}, RETURN_WHAT_FITS),
    read: (output, { uid }) => readProcesses(output, uid),
  },
  byNameAndUid('sessions', sessions),
  byNameAndUid('accounts', accounts),
  byLines('keys', (session, { publicKeys, elapsedSeconds }) => {
    const blobs = publicKeys.map((key) => key.split(' ')[1] ?? '').filter((blob) => blob !== '');
    return session.run(
      keyFiles,
      { elapsedSeconds: elapsedSeconds() },
      { stdin: blobs.join('\n'), ...RETURN_WHAT_FITS },
    );
  }),
  {
    checks: ['files_by_uid', 'files_by_gid'],
    run: (session, { uid }) => session.run(filesByOwner, { uid }, RETURN_WHAT_FITS),
    read: (output) => readFoundLines('files_by_uid', output),
  },
  byUid('open_files', openFiles),
  byNameAndUid('cron_jobs', cronJobs),
  byNameAndUid('at_jobs', atJobs),
  byNameAndUid('systemd', systemdTraces),
  byUid('sockets', sockets),
  byUid('shared_memory', sharedMemory),
  byName('mail', mail),
  byNameAndUid('sudoers', sudoers),
  byNameAndUid('configuration', configuration),
  byUid('dumps_and_journals', dumps),
  byNameAndUid('mounts', mountsOfAccount),
  byLines('containers', (session, { accountName, elapsedSeconds }) =>
    session.run(containers, { account: accountName, elapsedSeconds: elapsedSeconds() }, RETURN_WHAT_FITS),
  ),
  byNameAndUid('network_fence', networkFence),
  byUid('gpu_processes', gpuProcesses),
  {
    checks: ['canaries_by_name', 'canaries_by_content'],
    applies: ({ canaries }) => canaries !== undefined,
    run: (session, { canaries = [], elapsedSeconds }) => {
      const stdin = canaries.map(({ name, content }) => `${name} ${content}\n`).join('');
      const values = { elapsedSeconds: elapsedSeconds() + ROUNDING_SECONDS };
      return session.run(canaryFiles, values, { stdin, ...RETURN_WHAT_FITS });
    },
    read: (output) => readFoundLines('canaries_by_name', output),
  },
  {
    checks: ['setuid_files', 'etc_changes'],
    run: listAndVouch,
    read: (output, { baseline }) => comparePrivileges(output, baseline),
  },
];

/** The names of all checks, in the order in which they are reported. */
export const wipeChecks: readonly string[] = checksOf(LOOKS);

/**
 * Looks for what a booking may have left, with its own key pair, code and command catalogue. It shares nothing with what executes a
 * wipe but the names in `BookingTraces`, so that a mistake there is not repeated here.
 *
 * The catalogue only reads, which a snapshot test shows. It runs as root, so this is a property of the catalogue and no security
 * boundary; and whoever has root on the machine can lie to it.
 */
export function createWipeVerifier(options: {
  readonly pool: Pick<SshPool, 'session'>;
  readonly clock: Clock;
}): WipeVerifier {
  return {
    checksOf: ({ hasCanaries }) =>
      hasCanaries ? wipeChecks : checksOf(LOOKS.filter(({ applies }) => applies === undefined)),

    async takeBaseline(target, work) {
      checkCredential(target.credential);
      return takeBaseline(options.pool.session(target, work));
    },

    async verify(target, booking, work) {
      checkCredential(target.credential);
      checkTraces(booking);
      const session = options.pool.session(target, work);
      const elapsedSeconds = () => Math.max(0, Math.floor((options.clock.now() - booking.startedAt) / SECOND_MS));
      const subject = { ...booking, elapsedSeconds };
      const findings: WipeFinding[] = [];
      for (const one of LOOKS.filter(({ applies }) => applies?.(subject) ?? true)) {
        const seen = await look(session, subject, one);
        await work.onFindings(seen);
        findings.push(...seen);
      }
      return findings;
    },
  };
}

function checksOf(looks: readonly Look[]): readonly string[] {
  return looks.flatMap(({ checks }) => checks);
}

function refuse(field: string, message: string): never {
  throw new DomainError('invalid_input', message, {
    field,
    remedy: 'Take the names from the booking, and the key pair of the verifier.',
  });
}

/** @throws DomainError invalid_input: what executes a wipe must not look in the verifier's place. */
function checkCredential(credential: string): void {
  if (credential !== 'verifier') refuse('target.credential', 'The verifier looks with its own key pair only.');
}

/** @throws DomainError invalid_input: a look for the wrong names would find nothing and call that clean. */
function checkTraces(booking: SoughtBooking): void {
  if (!/^rsm-[0-9a-f]{16}$/.test(booking.accountName))
    refuse('booking.accountName', 'This is no name of a booking on a machine.');
  const isMark = (mark: CanaryMark): boolean => /^[0-9a-f]{24}$/.test(mark.name) && /^[0-9a-f]{64}$/.test(mark.content);
  if (booking.canaries !== undefined && (booking.canaries.length === 0 || !booking.canaries.every(isMark)))
    refuse('booking.canaries', 'These are no markers.');
  if (!Number.isInteger(booking.uid) || booking.uid < 1_000)
    refuse('booking.uid', 'This is no user number of a booking.');
}
