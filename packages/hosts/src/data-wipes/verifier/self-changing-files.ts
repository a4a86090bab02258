/**
 * Files of /etc that a machine writes by itself, or that account tools keep as backups of yesterday's state: a change of these says
 * nothing. Each with who writes it; all of them only hold state or copies, none is run, and the host keys
 * are guarded elsewhere.
 */
const SELF_CHANGING: readonly RegExp[] = [
  // The resolver's addresses: DHCP clients, systemd-resolved, resolvconf.
  /^\/etc\/resolv\.conf/,
  // mount(8), hwclock(8), blkid(8), fake-hwclock(8).
  /^\/etc\/(?:mtab|adjtime|blkid\.tab(?:\.old)?|fake-hwclock\.data)$/,
  // ldconfig(8) and systemd-hwdb(8) write these anew whenever a package comes; what they are made from is compared.
  /^\/etc\/(?:ld\.so\.cache~?|udev\/hwdb\.bin)$/,
  // systemd-update-done(8), and locks and backups of the account tools.
  /^\/etc\/(?:\.updated|\.pwd\.lock|(?:passwd|shadow|group|gshadow|subuid|subgid)(?:-|\.lock))$/,
  // The host keys: the pinned one is compared with each connection, and its change is an alarm of its own.
  /^\/etc\/ssh\/ssh_host_[a-z0-9_]+_key(?:\.pub)?$/,
  // LVM's own backups, certificates that are renewed, CUPS's subscriptions, apt's list of kernels.
  /^\/etc\/lvm\/(?:archive|backup|cache)\//,
  /^\/etc\/letsencrypt\/(?:archive|live|csr|keys)\//,
  /^\/etc\/cups\/subscriptions\.conf/,
  /^\/etc\/apt\/apt\.conf\.d\/01autoremove-kernels$/,
];

/**
 * Places in which programs with another's rights come and go by themselves: layers of container images lie in folders that only root may enter, and
 * snaps are read-only images that refresh themselves.
 */
const SHUT_AWAY = /^\/(?:var\/lib\/(?:docker|containers|containerd)|snap|var\/lib\/snapd\/snap)\//;

/** Whether a listed file changes without anybody's doing. */
export function changesByItself({ kind, path }: { readonly kind: 'etc' | 'setuid'; readonly path: string }): boolean {
  return kind === 'etc' ? SELF_CHANGING.some((pattern) => pattern.test(path)) : SHUT_AWAY.test(path);
}

/** What giving and taking access writes anew in every booking, whatever it then says. */
const TOUCHED_BY_BOOKINGS = /^\/etc\/(?:passwd|shadow|group|gshadow|subuid|subgid|ssh\/sshd_config)$/;

/** Whether a changed inode of this file is our own doing. Its content may be compared all the same. */
export function isTouchedByBookings(path: string): boolean {
  return TOUCHED_BY_BOOKINGS.test(path);
}
