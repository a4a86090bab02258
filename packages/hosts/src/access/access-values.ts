import { z } from 'zod';
import { DomainError } from '@rsm/domain/common/domain-error';
import { DAY_MS, SECOND_MS, toIso, type Instant } from '@rsm/domain/common/instant';

export const ACCESS_KEYS_MAX = 50;

/** Below lie the system's and, on most distributions, people's accounts (useradd(8), UID_MIN); above, what a 32-bit uid reserves. */
const accountSchema = z.object({
  accountName: z.string().regex(/^rsm-[0-9a-f]{16}$/, 'must be the name that derives from the booking'),
  uid: z.int().min(1_000).max(2_147_483_647),
});

const publicKeySchema = z
  .string()
  .max(20_000)
  .regex(
    /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]+={0,2}$/,
  );

/** @throws DomainError invalid_input that names the field; nothing is sent to the machine then. */
export function checkAccount(account: { readonly accountName: string; readonly uid: number }): void {
  const parsed = accountSchema.safeParse(account);
  if (parsed.success) return;
  const issue = parsed.error.issues[0];
  throw new DomainError('invalid_input', `The account on the machine cannot be used: ${issue?.message ?? 'unknown'}.`, {
    field: issue?.path.join('.') ?? 'accountName',
    remedy: 'Derive the name from the booking and take the uid from the range of the machine, at least 1000.',
  });
}

/** @throws DomainError invalid_ssh_key that names the key by its place. */
export function checkPublicKeys(publicKeys: readonly string[]): void {
  const wrong = publicKeys.findIndex((key) => !publicKeySchema.safeParse(key).success);
  if (publicKeys.length > 0 && publicKeys.length <= ACCESS_KEYS_MAX && wrong === -1) return;
  throw new DomainError(
    'invalid_ssh_key',
    wrong === -1 ? `An access needs 1 to ${ACCESS_KEYS_MAX} keys.` : `Key ${wrong + 1} is no plain public key.`,
    {
      field: wrong === -1 ? 'publicKeys' : `publicKeys.${wrong}`,
      remedy: 'Give type and key only, without options and comment.',
    },
  );
}

/** A point in time as systemd.time(7) reads it: `2026-11-21 21:17:25.123 UTC`. */
export function calendarOf(at: Instant): string {
  return `${toIso(at).replace('T', ' ').replace('Z', '')} UTC`;
}

/** The day on which the account itself expires: the first midnight (UTC) after the deadline. */
export function expiryDayOf(deadlineAt: Instant): string {
  return new Date((Math.floor(deadlineAt / DAY_MS) + 1) * DAY_MS).toISOString().slice(0, 10);
}

export function secondsOf(at: Instant): number {
  return Math.floor(at / SECOND_MS);
}

/** How this sshd reads `expiry-time`: with `Z` since OpenSSH 9.1, in the machine's zone since 7.7 (release notes). */
export function expiryStyleOf(serverSoftware: string): 'utc' | 'local' | 'none' {
  const version = /OpenSSH_(\d+)\.(\d+)/.exec(serverSoftware);
  if (version === null) return 'none';
  const number = Number(version[1]) * 100 + Number(version[2]);
  if (number >= 901) return 'utc';
  return number >= 707 ? 'local' : 'none';
}
