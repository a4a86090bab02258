import type { BookingTraces, DataWipeStrategy } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { WipeStep } from '@rsm/domain/data-wipes/data-wipe';
import type { Machine } from '@rsm/domain/machines/machine';
import { reloadSshd } from '../../access/provisioning-commands.ts';
import { command } from '../../ssh/command-template.ts';
import { StepRunner, type StepContext } from '../run-step.ts';

/** userdel(8) takes subordinate ids along; lines that a half-done deletion left are removed by name. */
export const removeAccount = command(
  `account={account}; uid={uid}
if getent passwd "$account" >/dev/null; then
  if [ "$(getent passwd "$account" | cut -d: -f3)" != "$uid" ]; then echo 'the account has another uid' >&2; exit 64; fi
  userdel "$account" || exit
fi
for group in $(getent group | grep -E "[:,]$account(,|$)" | cut -d: -f1); do
  if [ "$group" != "$account" ]; then gpasswd --delete "$account" "$group" || exit; fi
done
if getent group "$account" >/dev/null; then groupdel "$account" || exit; fi
for file in /etc/subuid /etc/subgid; do
  if grep -qs "^$account:" "$file"; then sed -i "/^$account:/d" "$file" || exit; fi
done
if getent passwd "$account" >/dev/null || getent group "$account" >/dev/null; then exit 1; fi`,
  { timeoutMs: 60_000 },
);

export const removeSshdLines = command(
  `account={account}; main=/etc/ssh/sshd_config
rm -f "/etc/ssh/sshd_config.d/00-$account.conf" "/etc/ssh/sshd_config.d/00-$account.conf.new" "$main.rsm-new" || exit
if grep -qs "^# BEGIN $account$" "$main"; then
  sed "/^# BEGIN $account\\$/,/^# END $account\\$/d" "$main" > "$main.rsm-new" && sshd -t -f "$main.rsm-new" &&
    chmod --reference="$main" "$main.rsm-new" && chown --reference="$main" "$main.rsm-new" && mv "$main.rsm-new" "$main" || exit
fi
mkdir -p /run/sshd; sshd -t`,
);

/** Last, so that the watchdog guards the account as long as there is one. */
export const removeWatchdog = command(
  `account={account}; uid={uid}
rm -f "/etc/cron.d/$account" "/etc/cron.d/$account.new" "/etc/security/limits.d/$account.conf"
if [ -d /run/systemd/system ]; then
  systemctl --quiet disable --now "$account-end.timer" "$account-end.service" 2>/dev/null
fi
find /etc/systemd/system -name "$account-end.*" -delete || exit
rm -f "/var/lib/systemd/timers/stamp-$account-end.timer"
rm -f "/etc/systemd/system/user-$uid.slice.d/$account.conf"
if [ -d "/etc/systemd/system/user-$uid.slice.d" ]; then rmdir --ignore-fail-on-non-empty "/etc/systemd/system/user-$uid.slice.d"; fi
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || exit
  systemctl reset-failed "$account-end.timer" "$account-end.service" "user@$uid.service" 2>/dev/null
fi
rm -rf "/etc/rsm-access/$account" "/etc/ssh/rsm-keys/$account" || exit
if nft list table inet "$account" >/dev/null 2>&1; then nft delete table inet "$account" || exit; fi
for place in /etc/rsm-access /etc/ssh/rsm-keys; do
  if [ -d "$place" ]; then rmdir --ignore-fail-on-non-empty "$place"; fi
done`,
  { timeoutMs: 120_000 },
);

/** Removes the account itself and what was set up for it: groups, sshd lines, limits, and at the end its watchdog. */
export class UserDeletion implements DataWipeStrategy {
  readonly kind = 'user_deletion';
  readonly #context: StepContext;

  constructor(context: StepContext) {
    this.#context = context;
  }

  async execute(_machine: Machine, booking: BookingTraces): Promise<readonly WipeStep[]> {
    const steps = new StepRunner(this.#context, this.kind);
    const { accountName: account, uid } = booking;
    await steps.run('remove the account and its group', removeAccount, { account, uid });
    await steps.run('remove its lines from sshd', removeSshdLines, { account });
    await steps.run('have sshd read its configuration again', reloadSshd, {});
    await steps.run('remove its limits, its fence and its watchdog', removeWatchdog, { account, uid });
    return steps.steps;
  }
}
