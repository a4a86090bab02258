import { z } from 'zod';
import { DomainError } from '@rsm/domain/common/domain-error';
import { readOnly } from '../ssh/command-template.ts';
import type { SshSession } from '../ssh/ssh-session.ts';

/** Reads back what is on the machine, from sources other than our own notes wherever there are any. One `name value` per line. */
const readAccessState = readOnly(
  `account={account}; uid={uid}; dir=/etc/rsm-access/$account; keys=/etc/ssh/rsm-keys/$account
echo "now $(date +%s)"
echo "uid $(getent passwd "$account" | cut -d: -f3)"
echo "expires $(getent shadow "$account" | cut -d: -f8)"
if [ -e "$keys" ]; then echo "keys $(grep -c . "$keys")"; else echo "keys 0"; fi
echo "deadline $(cat "$dir/deadline" 2>/dev/null)"
if [ -e "$dir/ended" ]; then echo "ended yes"; else echo "ended no"; fi
echo "emptied $(cat "$dir/emptied" 2>/dev/null)"
echo "processes $(find /proc -mindepth 2 -maxdepth 2 -path '/proc/[0-9]*/status' -exec grep -slE "^Uid:.*[[:space:]]$uid([[:space:]]|\\$)" {} + 2>/dev/null |
  while read -r file; do if grep -sqE '^State:[[:space:]]+[^ZX]' "$file"; then echo "$file"; fi; done | wc -l)"
if sshd -T -C "user=$account,host=localhost,addr=127.0.0.1" 2>/dev/null | grep -qix "authorizedkeysfile /etc/ssh/rsm-keys/$account"; then
  echo "sshd ours"; else echo "sshd other"; fi
if [ -e "$dir/container" ]; then
  if names=$(timeout 60 "$(cat "$dir/container")" ps --format '{{.Names}}'); then
    if printf '%s\\n' "$names" | grep -qxF "$account"; then echo 'container running'; else echo 'container stopped'; fi
  else echo 'container unknown'; fi
else echo 'container none'; fi
if nft list table inet "$account" 2>/dev/null | grep -q 'hook output'; then echo 'fence up'; else echo 'fence down'; fi
if [ -d /run/systemd/system ]; then
  next=$(TZ=UTC systemctl show "$account-end.timer" --property=NextElapseUSecRealtime --value 2>/dev/null)
  if [ -n "$next" ]; then echo "wakes $(date -u -d "$next" +%s)"; else echo "wakes "; fi
  if systemctl is-enabled --quiet "$account-end.timer" && systemctl is-active --quiet "$account-end.timer"; then echo "armed yes"; else echo "armed no"; fi
else
  echo "wakes "
  if grep -qsF "$dir/end-access " "/etc/cron.d/$account" && grep -qsxE '(cron|crond|busybox)' /proc/[0-9]*/comm; then echo "armed cron"; else echo "armed no"; fi
fi`,
  { timeoutMs: 30_000 },
);

const count = z.coerce.number().int().min(0);
const maybeCount = z.union([z.literal('').transform(() => null), count]);

const accessStateSchema = z.object({
  /** The machine's clock, in seconds since 1970. */
  now: count,
  /** Null when there is no account. */
  uid: maybeCount,
  /** Day since 1970 on which the account expires; null when it never does, or there is none. */
  expires: maybeCount,
  /** Number of keys that sshd would accept. */
  keys: count,
  /** What the watchdog reads, in milliseconds since 1970. */
  deadline: maybeCount,
  ended: z.enum(['yes', 'no']),
  /** When the script first saw that nothing was left, in seconds since 1970. */
  emptied: maybeCount,
  processes: count,
  /** Whether sshd takes this account's keys from our file and from nowhere else. */
  sshd: z.enum(['ours', 'other']),
  /** Whether the booking's container runs, if it has one. */
  container: z.enum(['running', 'stopped', 'unknown', 'none']),
  fence: z.enum(['up', 'down']),
  /** When the systemd timer wakes next, in seconds since 1970. */
  wakes: maybeCount,
  armed: z.enum(['yes', 'cron', 'no']),
});

export type AccessState = z.infer<typeof accessStateSchema>;

/** @throws DomainError host_command_failed when the machine's answer is not what the command prints. */
export async function readState(session: SshSession, values: { account: string; uid: number }): Promise<AccessState> {
  const { stdout } = await session.run(readAccessState, values);
  return parseAccessState(stdout);
}

/** @throws DomainError host_command_failed */
export function parseAccessState(stdout: string): AccessState {
  const lines = stdout.split('\n').filter((line) => line !== '');
  const entries = lines.map((line): [string, string] => {
    const space = line.indexOf(' ');
    return space === -1 ? [line, ''] : [line.slice(0, space), line.slice(space + 1).trim()];
  });
  const parsed = accessStateSchema.safeParse(Object.fromEntries(entries));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new DomainError(
    'host_command_failed',
    `The state of the access could not be read back from the machine: ${wrong}.`,
    {
      remedy: 'Look at the command log of the machine and try again.',
    },
  );
}
