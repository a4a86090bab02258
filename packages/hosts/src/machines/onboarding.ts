import ipaddr from 'ipaddr.js';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { OnboardingBlocks } from '@rsm/domain/machines/machine-host';
import type { Machine } from '@rsm/domain/machines/machine';
import { createSshKeyParser } from '../keys/ssh-key-parser.ts';
import { shellQuote } from '../ssh/shell-quote.ts';

export interface OnboardingOptions {
  /** Where our connections come from: addresses or networks in CIDR notation. They become `from=` (sshd(8)). */
  readonly ourAddresses: readonly string[];
}

const ADDRESSES_MAX = 32;

/**
 * Makes the two blocks of text for a machine: the one that lets our two keys in and the one that takes them away. Both are
 * POSIX sh, can be pasted again and again, and touch one file only: authorized_keys of the user that the provider chose.
 *
 * @throws RangeError when our addresses can't be read, or there are none: a key without `from=` would work from anywhere.
 */
export function createOnboardingBlocks(options: OnboardingOptions): OnboardingBlocks {
  const from = fromPatterns(options.ourAddresses);
  return { render: ({ machine }) => render(machine, from) };
}

function fromPatterns(addresses: readonly string[]): string {
  if (addresses.length === 0 || addresses.length > ADDRESSES_MAX) {
    throw new RangeError(`Name 1 to ${ADDRESSES_MAX} addresses that our connections come from.`);
  }
  return addresses
    .map((text) => {
      const address = text.trim();
      if (ipaddr.isValidCIDR(address)) return address;
      if (ipaddr.isValid(address)) return ipaddr.parse(address).toString();
      throw new RangeError(`“${text}” is neither an address nor a network like 203.0.113.0/28.`);
    })
    .join(',');
}

function render(machine: Machine, from: string): { readonly grant: string; readonly takeAway: string } {
  // useradd(8) admits these names; anything else would not be a user of a system that we support.
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(machine.sshUser)) {
    throw new DomainError('invalid_input', 'This user name can’t be used on Linux.', {
      field: 'sshUser',
      remedy: 'Use 1 to 32 lower-case letters, digits, _ and -, beginning with a letter or _.',
    });
  }
  const names = { control: `rsm-control-${machine.id}`, verifier: `rsm-verifier-${machine.id}` };
  const control = keyOf(machine.credentials.controlPublicKey);
  const verifier = keyOf(machine.credentials.verifierPublicKey);
  const options = `from="${from}",restrict`;
  const title = machine.name.replaceAll(/[^\w .-]/g, '').slice(0, 60);
  return {
    grant: `# Remote Servers Marketplace: let us work on the machine "${title}".
#
# What this does, and nothing else:
#   It lets two SSH keys of ours log in as "${machine.sshUser}", and only from: ${from}
#     control   ${control.fingerprint}
#               checks and measures the machine, lets renters in and out, cleans up after them
#     verifier  ${verifier.fingerprint}
#               looks, over connections of its own, whether anything of a renter was left
#   Neither may forward ports, agents or X11, or open a terminal ("restrict").
#   Nothing is installed. No password is set. Your own keys stay as they are.
#   You can read every command that we run on the machine's page.
#
# Paste it into a shell on the machine, as root or as a user with sudo. Pasting it again changes nothing.
# The second block on the machine's page takes it away again.
${pasteAble(`${readUser(machine.sshUser)}
if [ ! -d "$dir" ]; then mkdir -m 700 "$dir"; chown "$user:$group" "$dir"; fi
${rewriteKeys(names)}
printf '%s\\n' \\
  ${shellQuote(`${options} ${control.publicKey} ${names.control}`)} \\
  ${shellQuote(`${options} ${verifier.publicKey} ${names.verifier}`)} >> "$new"
${putInPlace()}
echo "Done: our two keys may log in as $user."
for key in /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/ssh_host_ecdsa_key.pub /etc/ssh/ssh_host_rsa_key.pub; do
  if [ -r "$key" ]; then
    echo "Compare this fingerprint with the one on the machine's page:"
    ssh-keygen -lf "$key"
    break
  fi
done`)}`,
    takeAway: `# Remote Servers Marketplace: take our access to the machine "${title}" away again.
#
# What this does, and nothing else: it removes our two keys from authorized_keys of "${machine.sshUser}".
# Your own keys stay as they are. Paste it as root or as a user with sudo; pasting it again changes nothing.
${pasteAble(`${readUser(machine.sshUser)}
if [ ! -e "$file" ]; then echo "Done: our keys are not there."; exit 0; fi
${rewriteKeys(names)}
${putInPlace()}
echo "Done: our keys can no longer log in as $user."`)}`,
  };
}

/** One command for the shell that it is pasted into, so that an error in it can't end that shell. */
function pasteAble(script: string): string {
  return `{ if [ "$(id -u)" -eq 0 ]; then sh -eu; else sudo sh -eu; fi; } <<'RSM_END'
${script}
RSM_END
`;
}

function readUser(user: string): string {
  return `user=${shellQuote(user)}
home=$(getent passwd "$user" | cut -d: -f6)
if [ -z "$home" ] || [ ! -d "$home" ]; then
  echo "Nothing was changed: there is no user $user with a home on this machine." >&2
  exit 1
fi
group=$(id -gn "$user")
dir=$home/.ssh
file=$dir/authorized_keys
if [ -L "$dir" ] || [ -L "$file" ]; then
  echo "Nothing was changed: $file is reached through a symbolic link." >&2
  exit 1
fi`;
}

/** Copies every line but ours into a new file. grep answers 1 when no line is left, which is no error. */
function rewriteKeys(names: { readonly control: string; readonly verifier: string }): string {
  return `umask 077
new=$(mktemp "$dir/.authorized_keys.XXXXXXXX")
trap 'rm -f "$new"' EXIT
if [ -e "$file" ]; then
  grep -v -e ${shellQuote(` ${names.control}$`)} -e ${shellQuote(` ${names.verifier}$`)} "$file" > "$new" || [ "$?" -eq 1 ]
fi`;
}

function putInPlace(): string {
  return `chmod 600 "$new"
chown "$user:$group" "$new"
mv -f "$new" "$file"
trap - EXIT
if command -v restorecon >/dev/null 2>&1; then restorecon "$dir" "$file" || true; fi`;
}

function keyOf(publicKey: string): { readonly publicKey: string; readonly fingerprint: string } {
  return createSshKeyParser().parse(publicKey);
}
