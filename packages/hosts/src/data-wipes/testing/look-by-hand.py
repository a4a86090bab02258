# Looks at a lab host for what the matrix plants. It shares nothing with the product: no shell, no catalogue, none of its tools.
import os, subprocess, sys

account, uid, blob = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def text(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def there(path):
    return os.path.lexists(path)


def owned(path, attribute):
    try:
        return getattr(os.lstat(path), attribute) == uid
    except OSError:
        return False


def alive():
    for name in os.listdir("/proc"):
        if name.isdigit():
            lines = text(f"/proc/{name}/status").split("\n")
            ids = [word for line in lines if line.startswith("Uid:") for word in line.split()[1:]]
            state = [line.split()[1] for line in lines if line.startswith("State:")]
            if str(uid) in ids and state and state[0] not in "ZX":
                return True
    return False


def of_sysvipc(kind):
    return any(str(uid) in line.split() for line in text(f"/proc/sysvipc/{kind}").split("\n")[1:])


def spool(folder):
    return os.path.isdir(folder) and any(owned(os.path.join(folder, name), "st_uid") for name in os.listdir(folder))


def group_entry():
    return any(account in line.split(":")[3].split(",") for line in text("/etc/group").split("\n") if line.count(":") == 3)


left = {
    "account": any(line.startswith(account + ":") for line in text("/etc/passwd").split("\n")),
    "group entry": group_entry(),
    "home": there(f"/home/{account}"),
    "accepted key": there(f"/etc/ssh/rsm-keys/{account}"),
    "key of root": blob in text("/root/.ssh/authorized_keys"),
    "file elsewhere": owned("/opt/deep/er/left", "st_uid"),
    "setuid program": owned("/opt/deep/er/become", "st_uid"),
    "file by group": owned("/srv/group-only", "st_gid"),
    "file in /tmp": owned("/tmp/left", "st_uid"),
    "shared memory": of_sysvipc("shm") or owned("/dev/shm/left", "st_uid"),
    "semaphore": of_sysvipc("sem"),
    "crontab": there(f"/var/spool/cron/crontabs/{account}"),
    "at job": spool("/var/spool/cron/atjobs"),
    "mail": there(f"/var/mail/{account}"),
    "lingering": there(f"/var/lib/systemd/linger/{account}"),
    "process": alive(),
    "watchdog": there(f"/etc/rsm-access/{account}") or there(f"/etc/systemd/system/{account}-end.timer"),
    "mount": f"/home/{account}/mnt" in text("/proc/self/mountinfo"),
}
for name, is_left in left.items():
    if is_left:
        print(name)
print("done")
