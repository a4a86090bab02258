import type { BookingTraces, DataWipeStrategy } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { WipeStep } from '@rsm/domain/data-wipes/data-wipe';
import type { Machine } from '@rsm/domain/machines/machine';
import { reloadSshd } from '../../access/provisioning-commands.ts';
import { command } from '../../ssh/command-template.ts';
import { StepRunner, type StepContext } from '../run-step.ts';
import { removeFilesByOwner, removeHome, removeSpools, removeSystemdTraces } from './home-directory-purge.ts';
import { removeAcceptedKeys, removeKeysElsewhere } from './ssh-key-removal.ts';
import { removeAccount, removeSshdLines, removeWatchdog } from './user-deletion.ts';

/**
 * Every runtime that is there is asked, because provisioning may have been cut before it wrote down which one it used; one that made the
 * container and is gone is a failure, in these four steps. With its volumes (`--volumes`) go those without a name, and with the container its writable layer.
 */
const removeContainers = command(
  `account={account}; failed=0; made=$(cat "/etc/rsm-access/$account/container" 2>/dev/null)
if [ -n "$made" ] && ! command -v "$made" >/dev/null; then echo "$made is missing" >&2; failed=1; fi
for runtime in podman docker; do
  if ! command -v "$runtime" >/dev/null; then continue; fi
  all=$("$runtime" ps --all --format '{{.Names}}') || { failed=1; continue; }
  labelled=$("$runtime" ps --all --filter "label=rsm.booking=$account" --format '{{.Names}}') || { failed=1; continue; }
  for name in $(printf '%s\\n' "$all" | grep -xF "$account") $labelled; do
    "$runtime" rm --force --volumes "$name" >/dev/null || failed=1
  done
done
exit "$failed"`,
  { timeoutMs: 300_000 },
);

const removeVolumes = command(
  `account={account}; failed=0; made=$(cat "/etc/rsm-access/$account/container" 2>/dev/null)
if [ -n "$made" ] && ! command -v "$made" >/dev/null; then echo "$made is missing" >&2; failed=1; fi
for runtime in podman docker; do
  if ! command -v "$runtime" >/dev/null; then continue; fi
  all=$("$runtime" volume ls --format '{{.Name}}') || { failed=1; continue; }
  labelled=$("$runtime" volume ls --filter "label=rsm.booking=$account" --format '{{.Name}}') || { failed=1; continue; }
  for name in $(printf '%s\\n%s\\n' "$(printf '%s\\n' "$all" | grep -xF "$account")" "$labelled" | sort -u); do
    "$runtime" volume rm --force "$name" >/dev/null || failed=1
  done
done
exit "$failed"`,
  { timeoutMs: 300_000 },
);

const removeNetworks = command(
  `account={account}; failed=0; made=$(cat "/etc/rsm-access/$account/container" 2>/dev/null)
if [ -n "$made" ] && ! command -v "$made" >/dev/null; then echo "$made is missing" >&2; failed=1; fi
for runtime in podman docker; do
  if ! command -v "$runtime" >/dev/null; then continue; fi
  all=$("$runtime" network ls --format '{{.Name}}') || { failed=1; continue; }
  if printf '%s\\n' "$all" | grep -qxF "$account"; then "$runtime" network rm "$account" >/dev/null || failed=1; fi
done
exit "$failed"`,
  { timeoutMs: 120_000 },
);

/** Images that carry the booking's name, such as a saved state of its container. The image that it was made from stays. */
const removeImages = command(
  `account={account}; failed=0; made=$(cat "/etc/rsm-access/$account/container" 2>/dev/null)
if [ -n "$made" ] && ! command -v "$made" >/dev/null; then echo "$made is missing" >&2; failed=1; fi
for runtime in podman docker; do
  if ! command -v "$runtime" >/dev/null; then continue; fi
  all=$("$runtime" image ls --format '{{.Repository}}:{{.Tag}}') || { failed=1; continue; }
  for name in $(printf '%s\\n' "$all" | grep -F -e "$account"); do "$runtime" image rm --force "$name" >/dev/null || failed=1; done
done
exit "$failed"`,
  { timeoutMs: 300_000 },
);

const removeDoor = command(
  `account={account}; umask 022
if grep -qwF -e "$account" /etc/hosts; then
  { grep -vwF -e "$account" /etc/hosts; true; } > /etc/hosts.rsm-new && mv /etc/hosts.rsm-new /etc/hosts || exit
fi
rm -f "/etc/sudoers.d/$account" /etc/hosts.rsm-new && rm -rf "/run/sudo/ts/$account" "/var/lib/sudo/lectured/$account"`,
);

/**
 * Destroys the container of a booking with its volumes, its network and its layers, and then the account that was the door into it.
 * Nothing of another booking and no image that others use is touched. Each step may be repeated; what is gone already is success.
 */
export class ContainerDestroy implements DataWipeStrategy {
  readonly kind = 'container_destroy';
  readonly #context: StepContext;

  constructor(context: StepContext) {
    this.#context = context;
  }

  async execute(_machine: Machine, booking: BookingTraces): Promise<readonly WipeStep[]> {
    const steps = new StepRunner(this.#context, this.kind);
    const { accountName: account, uid } = booking;
    const blobs = booking.publicKeys.map((key) => `${key.split(' ')[1] ?? key}\n`).join('');
    await steps.run('remove the container and its layers', removeContainers, { account });
    await steps.run('remove its volumes', removeVolumes, { account });
    await steps.run('remove its network', removeNetworks, { account });
    await steps.run('remove images that carry its name', removeImages, { account });
    await steps.run('remove the door into it', removeDoor, { account });
    await steps.run('remove the keys that sshd accepts', removeAcceptedKeys, { account });
    await steps.run('remove the keys from other key files', removeKeysElsewhere, {}, { stdin: blobs });
    await steps.run('remove the home of its account', removeHome, { account });
    await steps.run('remove what systemd keeps for its account', removeSystemdTraces, { account, uid });
    await steps.run('remove cron and at jobs and mail', removeSpools, { account, uid });
    await steps.run('remove files by owner on every local file system', removeFilesByOwner, { account, uid });
    await steps.run('remove the account and its group', removeAccount, { account, uid });
    await steps.run('remove its lines from sshd', removeSshdLines, { account });
    await steps.run('have sshd read its configuration again', reloadSshd, {});
    await steps.run('remove its limits, its fence and its watchdog', removeWatchdog, { account, uid });
    return steps.steps;
  }
}
