import type { RenterNetwork } from '@rsm/domain/access/renter-network';
import { command, readOnly } from '../ssh/command-template.ts';

/**
 * Fences the network of one account, in an nftables table of its own that carries the account's name (nft(8)). It stands before the
 * keys are in place, its file lies beside the watchdog's, and the watchdog puts it back at each boot and every minute, should something
 * have flushed the rules. A drop or reject here is final, an accept is not: the provider's own firewall still decides.
 *
 * What is closed: RFC 1918, RFC 6598, RFC 4193, link-local addresses (with them the metadata services, 169.254.169.254 and
 * fd00:ec2::254), what multicast and broadcast reach, the same IPv4 networks behind NAT64 (RFC 6052, RFC 8215), and port 25. What stays
 * open: the internet, the resolvers that the machine is configured with (port 53 alone), answers to whoever connects to the renter, and
 * what the provider allows. Connections that sshd opens for a renter (`ssh -L`) are made by a process with his uid, so they are fenced too.
 *
 * A container is fenced by its bridge instead: what it forwards is judged like an account's own packets, and of the machine itself it
 * reaches the resolver alone. The account is then only the door; all that `ssh -L` may reach through it is the container.
 *
 * Loopback stays open for an account, because a renter's own services are there (Jupyter behind `ssh -L`), and nftables cannot know whose socket
 * listens. So a service of the provider that trusts everybody on 127.0.0.1 trusts the renter as well, as it does every local account.
 */
export const raiseFence = command(
  `account={account}; uid={uid}; networks4={networks4}; networks6={networks6}; mail={mail}
dir=/etc/rsm-access/$account; file=$dir/fence.nft; umask 077
if ! command -v nft >/dev/null; then echo 'nft is missing' >&2; exit 69; fi
exec 9<"$dir"; flock 9
if [ -e "$dir/ended" ]; then exit 73; fi
resolvers() { cat /etc/resolv.conf /run/systemd/resolve/resolv.conf 2>/dev/null | awk -v want="$1" '
  $1 == "nameserver" { family = index($2, ":") ? 6 : 4; if (family == want && $2 !~ /%/) { printf "%s%s", comma, $2; comma = ", " } }'; }
set_of() {
  if [ -z "$3" ]; then echo "  set $1 { type $2; flags interval; auto-merge; }"
  else echo "  set $1 { type $2; flags interval; auto-merge; elements = { $3 }; }"; fi
}
{
  echo "table inet $account"; echo "delete table inet $account"; echo "table inet $account {"
  set_of resolvers4 ipv4_addr "$(resolvers 4)"; set_of resolvers6 ipv6_addr "$(resolvers 6)"
  set_of allowed4 ipv4_addr "$networks4"; set_of allowed6 ipv6_addr "$networks6"
  set_of closed4 ipv4_addr '0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16, 224.0.0.0/3'
  set_of closed6 ipv6_addr '::ffff:0:0/96, fc00::/7, fe80::/10, fec0::/10, ff00::/8, 64:ff9b:1::/48, 64:ff9b::a00:0/104, 64:ff9b::6440:0/106,
    64:ff9b::a9fe:0/112, 64:ff9b::ac10:0/108, 64:ff9b::c0a8:0/112'
  if [ -s "$dir/bridge" ]; then
    bridge=$(cat "$dir/bridge"); address=$(cat "$dir/address")
    echo '  chain output {'
    echo '    type filter hook output priority -10; policy accept;'
    echo "    meta skuid != $uid accept"
    echo "    ip daddr $address accept"
    echo '    counter reject with icmpx type admin-prohibited'
    echo '  }'; echo '  chain input {'
    echo '    type filter hook input priority -10; policy accept;'
    echo "    iifname != \\"$bridge\\" accept"
    echo '    ct direction reply accept'
    echo '    meta l4proto { tcp, udp } th dport 53 accept'
    echo '    counter reject with icmpx type admin-prohibited'
    echo '  }'; echo '  chain forward {'
    echo '    type filter hook forward priority -10; policy accept;'
    echo "    iifname != \\"$bridge\\" accept"
  else
    echo '  chain output {'
    echo '    type filter hook output priority -10; policy accept;'
    echo "    meta skuid != $uid accept"
    echo '    oifname "lo" accept'
  fi
  echo '    ct direction reply accept'
  echo '    ip daddr @resolvers4 meta l4proto { tcp, udp } th dport 53 accept'
  echo '    ip6 daddr @resolvers6 meta l4proto { tcp, udp } th dport 53 accept'
  if [ "$mail" != yes ]; then echo '    tcp dport 25 counter reject with icmpx type admin-prohibited'; fi
  echo '    ip daddr @allowed4 accept'; echo '    ip6 daddr @allowed6 accept'
  echo '    ip daddr @closed4 counter reject with icmpx type admin-prohibited'
  echo '    ip6 daddr @closed6 counter reject with icmpx type admin-prohibited'
  echo '  }'; echo '}'
} > "$file.new" && nft -f "$file.new" && mv "$file.new" "$file" || exit
if [ -d /run/systemd/system ]; then systemctl start --no-block "$account-end.service"; fi`,
  { expectedExitCodes: [0, 69, 73], timeoutMs: 30_000 },
);

/** The values of `raiseFence` that a machine's setting makes. */
export function fenceValuesOf(network: RenterNetwork): {
  readonly networks4: string;
  readonly networks6: string;
  readonly mail: 'yes' | 'no';
} {
  const isSix = (text: string): boolean => text.includes(':');
  return {
    networks4: network.allowedNetworks.filter((text) => !isSix(text)).join(', '),
    networks6: network.allowedNetworks.filter(isSix).join(', '),
    mail: network.mailAllowed ? 'yes' : 'no',
  };
}

/**
 * Asks at verification whether the machine can be fenced: hands the kernel a table with the kinds of rule that `raiseFence` writes, in a
 * transaction that is checked and never committed (nft(8), --check), so that an inspection changes nothing.
 */
export const tryFence = readOnly(
  `exec 2>&1
if ! command -v nft >/dev/null; then echo 'nft is not there'; exit 1; fi
printf '%s\\n' 'table inet rsm-trial {' '  set closed { type ipv4_addr; flags interval; auto-merge; elements = { 10.0.0.0/8 } }' \\
  '  chain output {' '    type filter hook output priority -10; policy accept;' '    meta skuid != 0 accept' '    ct direction reply accept' \\
  '    ip daddr @closed counter reject with icmpx type admin-prohibited' '  }' '}' | nft --check -f -`,
  { expectedExitCodes: 'any', timeoutMs: 30_000 },
);
