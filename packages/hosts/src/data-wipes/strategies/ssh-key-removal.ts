import type { BookingTraces, DataWipeStrategy } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { WipeStep } from '@rsm/domain/data-wipes/data-wipe';
import type { Machine } from '@rsm/domain/machines/machine';
import { command } from '../../ssh/command-template.ts';
import { StepRunner, type StepContext } from '../run-step.ts';

export const removeAcceptedKeys = command(
  `account={account}; rm -f "/etc/ssh/rsm-keys/$account" "/etc/ssh/rsm-keys/$account.new"`,
);

/** find(1) with -P follows no link: a renter may have made `~/.ssh` point to root's. */
const removeKeysInHome = command(
  `home=/home/{account}
if [ -d "$home" ] && [ ! -L "$home" ]; then find -P "$home" -xdev -path '*/.ssh/*' -name 'authorized_keys*' -delete; fi`,
  { timeoutMs: 120_000 },
);

/** Takes lines that hold one of the booking's keys out of the key files of all accounts and of sshd. Links are left alone. */
export const removeKeysElsewhere = command(
  `blobs=$(cat)
if [ -z "$blobs" ]; then exit 0; fi
failed=0
clean() {
  if [ -L "$1" ] || [ ! -f "$1" ] || ! grep -qsF -e "$blobs" "$1"; then return; fi
  new=$(mktemp "$1.XXXXXX") || { failed=1; return; }
  grep -vF -e "$blobs" "$1" > "$new"
  if [ "$?" -le 1 ] && chmod --reference="$1" "$new" && chown --reference="$1" "$new" && mv "$new" "$1"; then
    echo "taken out of $1"
  else rm -f "$new"; failed=1; fi
}
getent passwd | cut -d: -f6 | sort -u > /dev/null || exit
for home in $(getent passwd | cut -d: -f6 | sort -u); do
  for name in authorized_keys authorized_keys2; do clean "$home/.ssh/$name"; done
done
for file in /etc/ssh/authorized_keys /etc/ssh/*/*; do clean "$file"; done
exit "$failed"`,
  { stdin: 'content', timeoutMs: 60_000 },
);

/** Takes away every key with which the renter could log in. */
export class SshKeyRemoval implements DataWipeStrategy {
  readonly kind = 'ssh_key_removal';
  readonly #context: StepContext;

  constructor(context: StepContext) {
    this.#context = context;
  }

  async execute(_machine: Machine, booking: BookingTraces): Promise<readonly WipeStep[]> {
    const steps = new StepRunner(this.#context, this.kind);
    const account = booking.accountName;
    const blobs = booking.publicKeys.map((key) => `${key.split(' ')[1] ?? key}\n`).join('');
    await steps.run('remove the keys that sshd accepts', removeAcceptedKeys, { account });
    await steps.run('remove key files in the home', removeKeysInHome, { account });
    await steps.run('remove the keys from other key files', removeKeysElsewhere, {}, { stdin: blobs });
    return steps.steps;
  }
}
