/**
 * The world around the host, one cable away: a public address, and everything that a renter must not reach. It answers on every port that
 * is tried below, and asks the host's own accounts nothing.
 */
export const NEIGHBOUR = `
setsid unshare --net sleep 3600 </dev/null >/dev/null 2>&1 &
sleep 0.3; pid=$(pgrep -f '^sleep 3600'); inside="nsenter --target $pid --net"
ip link add outside type veth peer name eth0 netns "$pid"
ip address add 198.51.100.1/24 dev outside; ip -6 address add 2001:db8::1/64 dev outside nodad; ip link set outside up
$inside ip link set lo up; $inside ip link set eth0 up
for address in 198.51.100.2/24 10.77.0.2/32 172.20.0.2/32 192.168.7.2/32 100.64.9.2/32 169.254.169.254/32; do $inside ip address add "$address" dev eth0; done
for address in 2001:db8::2/64 fd00:ec2::254/128 fd12:3456::2/128; do $inside ip -6 address add "$address" dev eth0 nodad; done
$inside ip route add default via 198.51.100.1
$inside ip -6 route add default via 2001:db8::1
for network in 10.77.0.2 172.20.0.2 192.168.7.2 100.64.9.2 169.254.169.254; do ip route add "$network" via 198.51.100.2; done
for network in fd00:ec2::254 fd12:3456::2; do ip -6 route add "$network" via 2001:db8::2; done
echo 'nameserver 10.77.0.2' > /etc/resolv.conf
cat > /root/answer.py <<'PYTHON'
import selectors, socket
waiting = selectors.DefaultSelector()
for port in (25, 53, 80, 587):
    for family, any_address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6: listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((any_address, port)); listener.listen(); waiting.register(listener, selectors.EVENT_READ)
while True:
    for key, _ in waiting.select():
        peer, _ = key.fileobj.accept(); peer.sendall(b"hello"); peer.close()
PYTHON
setsid $inside python3 /root/answer.py </dev/null >/dev/null 2>&1 &
for try in 1 2 3 4 5 6 7 8 9 10; do if timeout 1 bash -c 'read -r -n 5 word < /dev/tcp/198.51.100.2/587'; then break; fi; sleep 0.2; done`;
