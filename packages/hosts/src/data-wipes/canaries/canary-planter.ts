import { randomBytes } from 'node:crypto';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { CanaryPlanter } from '@rsm/domain/data-wipes/canary';
import { checkAccount } from '../../access/access-values.ts';
import { command } from '../../ssh/command-template.ts';
import type { SshPool } from '../../ssh/ssh-pool.ts';
import { canaryMarksOf, sha256Of } from './canary-marks.ts';

/**
 * Writes the markers with the renter's own rights and nothing more: as his account, or as root in his container. Places, names and contents
 * come on standard input, one marker per line, so that no command log and no list of processes holds them. Each is read
 * back. Nothing that the renter's own programs answer is trusted further than that. Exit status 73: the access has ended.
 */
const plantMarkers = command(
  `account={account}; uid={uid}; dir=/etc/rsm-access/$account
if [ ! -d "$dir" ] || [ -e "$dir/ended" ]; then exit 73; fi
script='umask 077
while read -r place name content; do
  case $place in home) at=$HOME ;; tmp) at=/tmp ;; var_tmp) at=/var/tmp ;; dev_shm) at=/dev/shm ;; *) continue ;; esac
  if echo "$content" > "$at/$name" && read -r kept < "$at/$name" && [ "$kept" = "$content" ]; then echo "planted $place"; fi
done'
cd / || exit
if [ -e "$dir/container" ]; then
  timeout 20 "$(cat "$dir/container")" exec --interactive --env HOME=/root "$account" sh -c "$script"
else
  timeout 20 setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs env -i HOME="/home/$account" sh -c "$script"
fi`,
  { stdin: 'content', timeoutMs: 25_000, maxOutputBytes: 4_096, expectedExitCodes: 'any' },
);

/** Plants the markers of bookings whose renters agreed to them. */
export function createCanaryPlanter(options: { readonly pool: Pick<SshPool, 'session'> }): CanaryPlanter {
  return {
    newSeed: () => randomBytes(32).toString('hex'),
    marksOf: canaryMarksOf,
    async plant(target, access, marks, work) {
      checkAccount(access);
      const session = options.pool.session(target, work);
      const { exitStatus, stdout } = await session.run(
        plantMarkers,
        { account: access.accountName, uid: access.uid },
        { stdin: marks.map(({ place, name, content }) => `${place} ${name} ${content}\n`).join('') },
      );
      if (exitStatus === 73)
        throw new DomainError('wrong_state', 'The access has ended on the machine: nothing is planted any more.');
      const answers = new Set(stdout.split('\n'));
      return marks
        .filter(({ place }) => answers.has(`planted ${place}`))
        .map(({ place, name, content }) => ({
          place,
          nameSha256: sha256Of(name),
          // As sha256sum(1) prints it for the file, which ends its line.
          contentSha256: sha256Of(`${content}\n`),
        }));
    },
  };
}
