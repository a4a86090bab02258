# Looks at a lab host for what the matrix plants of a container booking. It shares nothing with the product, and asks no container engine.
import glob, json, os, subprocess, sys

account, uid, blob = sys.argv[1], int(sys.argv[2]), sys.argv[3]
INSIDE = range(2000000000, 2000065536)
STORE = "/var/lib/containers/storage"


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
    "container": account in names("*-containers/containers.json"),
    "second container": account + "-second" in names("*-containers/containers.json"),
    "process": alive(),
    "volume": there(f"{STORE}/volumes/{account}"),
    "file in the volume": there(f"{STORE}/volumes/{account}/_data/kept"),
    "nameless volume": nameless(),
    "network": any(account in text(path) for path in glob.glob("/etc/containers/networks/*.json")),
    "image layer": any(account in name for name in names("*-images/images.json")),
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
