import { readOnly } from '../../ssh/command-template.ts';
import { LOCAL_MOUNTS } from './catalogue-files.ts';

/**
 * The booking's markers come on standard input, a name and a content per line. Names are looked for anywhere on local file systems, whoever
 * owns the file; contents in every file of at most 2 MiB whose inode changed since the booking began, whatever its name. The system's logs are
 * left out there: anybody may write into them (logger(1)), so that a renter could fail every clean-up.
 */
export const canaryFiles = readOnly(
  `exec 2>&1; elapsed={elapsedSeconds}; sought=$(cat)
names=$(printf '%s\\n' "$sought" | awk '{ print $1 }'); contents=$(printf '%s\\n' "$sought" | awk 'NF == 2 { print $2 }')
set -- -name etc
for name in $names; do set -- "$@" -o -name "$name"; done
if [ "$#" -lt 5 ] || [ -z "$contents" ]; then echo 'no marker of this booking is known'; exit 0; fi
if [ "$(find -P / -maxdepth 1 \\( "$@" \\) -printf seen)" != seen ]; then echo 'find does not find a name that is there'; fi
if ! printf 'other\\n%s\\n' "$contents" | grep -qF -e "$contents"; then echo 'grep does not find what is there'; fi
${LOCAL_MOUNTS}since=$(($(date +%s) - elapsed))
{
  search -P "$@" -xdev -type f -size -2048k -newerct "@$since" ! -path '/var/log/*' ! -path '/run/log/*' \\
    -exec grep -lF -e "$contents" {} + | sed 's|^/|found:canaries_by_content /|'
  set -- "$@" -xdev '(' -false
  for name in $names; do set -- "$@" -o -name "$name"; done
  search -P "$@" ')' -printf 'found:canaries_by_name %p\\n'
} | head -n 400
echo looked`,
  { stdin: 'content', timeoutMs: 900_000 },
);
