# Looks at a lab host for what the matrix plants of a container booking. It shares nothing with the product, and asks no container engine, but
# for docker's networks: they lie in a file that keeps old names. Docker's service is asked itself, because its program may be the one that is hidden.
import glob, http.client, json, os, socket, subprocess, sys

account, uid, blob = sys.argv[1], int(sys.argv[2]), sys.argv[3]
PODMAN = "/var/lib/containers/storage"
# The folder of `userns-remap`, named by the first number of /etc/subuid.
DOCKER = "/var/lib/docker/165536.165536"
IS_DOCKER = os.path.isdir(DOCKER)
STORE = DOCKER if IS_DOCKER else PODMAN
INSIDE = range(165536, 231072) if IS_DOCKER else range(2000000000, 2000065536)


def text(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def records(pattern):
    return [record for path in glob.glob(f"{STORE}/{pattern}") for record in json.loads(text(path) or "[]")]


def names(pattern):
    return [name for record in records(pattern) for name in record.get("names") or []]


def containers():
    if not IS_DOCKER:
        return names("*-containers/containers.json")
    return [json.loads(text(path)).get("Name", "")[1:] for path in glob.glob(f"{STORE}/containers/*/config.v2.json")]


def images():
    if not IS_DOCKER:
        return names("*-images/images.json")
    return list(json.loads(text(f"{STORE}/image/vfs/repositories.json") or '{"Repositories": {}}')["Repositories"])


def networks():
    if not IS_DOCKER:
        return [text(path) for path in glob.glob("/etc/containers/networks/*.json")]
    asked = http.client.HTTPConnection("docker")
    asked.sock = socket.socket(socket.AF_UNIX)
    asked.sock.settimeout(60)
    try:
        asked.sock.connect("/run/docker.sock")
    except OSError:
        # Nobody removes a network while the service is down.
        return [text(f"{DOCKER}/network/files/local-kv.db")]
    asked.request("GET", "/networks")
    return [network["Name"] for network in json.load(asked.getresponse())]


def alive():
    for name in os.listdir("/proc"):
        if name.isdigit():
            lines = text(f"/proc/{name}/status").split("\n")
            ids = [int(word) for line in lines if line.startswith("Uid:") for word in line.split()[1:]]
            state = [line.split()[1] for line in lines if line.startswith("State:")]
            if any(one == uid or one in INSIDE for one in ids) and state and state[0] not in "ZX":
                return True
    return False


def owned(path):
    try:
        return os.lstat(path).st_uid == uid
    except OSError:
        return False


def nameless():
    folder = f"{STORE}/volumes"
    return os.path.isdir(folder) and any(len(name) == 64 for name in os.listdir(folder))


tables = json.loads(subprocess.run(["nft", "-j", "list", "tables"], capture_output=True, text=True).stdout or "{}")
there = os.path.lexists
left = {
    "container": account in containers(),
    "second container": account + "-second" in containers(),
    "process": alive(),
    "volume": there(f"{STORE}/volumes/{account}"),
    "file in the volume": there(f"{STORE}/volumes/{account}/_data/kept"),
    "nameless volume": nameless(),
    "network": any(account in name for name in networks()),
    "image layer": any(account in name for name in images()),
    "nftables table": any(entry.get("table", {}).get("name") == account for entry in tables.get("nftables", [])),
    "door": there(f"/etc/sudoers.d/{account}"),
    "line of hosts": account in text("/etc/hosts"),
    "account": any(line.startswith(account + ":") for line in text("/etc/passwd").split("\n")),
    "home": there(f"/home/{account}"),
    "accepted key": there(f"/etc/ssh/rsm-keys/{account}"),
    "key of root": blob in text("/root/.ssh/authorized_keys"),
    "file elsewhere": owned("/opt/deep/er/left"),
    "watchdog": there(f"/etc/rsm-access/{account}") or there(f"/etc/systemd/system/{account}-end.timer"),
}
for name, is_left in left.items():
    if is_left:
        print(name)
print("done")
