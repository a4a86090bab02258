import { readOnly } from '../../ssh/command-template.ts';
import { AWK_WORKS } from './proven-tools.ts';

/**
 * Firewall tables, chains and sets that carry the account's name or its uid. Where nft is gone and the kernel has no nf_tables there
 * can be none; where the kernel has it, nobody can look.
 */
export const networkFence = readOnly(
  `exec 2>&1; account={account}; uid={uid}
${AWK_WORKS}if command -v nft > /dev/null; then
  if rules=$(nft -n list ruleset 2>&1); then
    printf '%s\\n' "$rules" | awk -v account="$account" -v uid="$uid" '
      index($0, account) { print "found " $0; next }
      { for (i = 1; i < NF; i++) if ($i ~ /^sk[ug]id$/ && ($(i + 1) == uid || ($(i + 1) == "!=" && $(i + 2) == uid))) { print "found " $0; next } }'
  else echo 'nft does not answer'; fi
elif [ -d /sys/module/nf_tables ]; then echo 'nft is not there, and the kernel may hold rules'
else echo 'note this machine has no nftables'; fi
echo looked`,
  { timeoutMs: 60_000 },
);
