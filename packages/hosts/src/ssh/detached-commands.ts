import { command, readOnly } from './command-template.ts';

/** How much of a run's output the machine keeps; the rest is read and thrown away there. */
export const DETACHED_STDOUT_BYTES_MAX = 1_048_576;
export const DETACHED_STDERR_BYTES_MAX = 65_536;

/**
 * Starts a run unless it was started before. The work itself comes on standard input.
 *
 * The runner keeps both streams bounded and writes the exit status only after all output is in its file. It lies in a file
 * because systemd expands `$name` in arguments. Without systemd the run is a session of its own, remembered by the pid and
 * start time of its leader (proc_pid_stat(5), field 22), so that a pid that was given again is not taken for it.
 */
export const startRun = command(
  `set -eu
umask 077
dir=/run/rsm/runs/{runId}
unit=rsm-run-{runId}
seconds={deadlineSeconds}
mkdir -p "$dir"
if [ -e "$dir/started" ]; then exit 0; fi
cat > "$dir/script"
printf '%s' '
limit=
if command -v timeout >/dev/null 2>&1; then limit="timeout -k 10 $2"; fi
{ { $limit sh "$1/script" 3>&- </dev/null; echo "$?" >"$1/exit.new"; } 2>&1 >&3 3>&- | { head -c "$4" >"$1/stderr"; cat >/dev/null; }; } 3>&1 |
  { head -c "$3" >"$1/stdout"; cat >/dev/null; }
mv -f "$1/exit.new" "$1/exit"
' > "$dir/runner"
set -- /bin/sh "$dir/runner" "$dir" "$seconds" {stdoutBytes} {stderrBytes}
cd /
if [ -d /run/systemd/system ]; then
  systemctl reset-failed "$unit.service" 2>/dev/null || true
  systemd-run --quiet --collect --unit="$unit" --property=RuntimeMaxSec="$((seconds + 30))" --property=TimeoutStopSec=10 -- "$@" </dev/null ||
    systemctl is-active --quiet "$unit.service"
else
  setsid nohup "$@" >/dev/null 2>&1 </dev/null &
  pid=$!
  echo "$pid $(sed 's/^.*) //' "/proc/$pid/stat" | cut -d ' ' -f 20)" > "$dir/pid"
fi
: > "$dir/started"`,
  { stdin: 'content', timeoutMs: 30_000 },
);

/** Prints `gone`, `running`, `died` or `ended <status>`. Whether it lives is asked first, because it may end in between. */
export const runState = readOnly(
  `dir=/run/rsm/runs/{runId}
unit=rsm-run-{runId}
if [ ! -e "$dir/started" ]; then echo gone; exit 0; fi
alive=no
if [ -e "$dir/pid" ]; then
  read -r pid born < "$dir/pid"
  if [ "$(sed 's/^.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 20)" = "$born" ]; then alive=yes; fi
elif systemctl is-active --quiet "$unit.service"; then
  alive=yes
fi
if [ -e "$dir/exit" ]; then
  echo "ended $(cat "$dir/exit")"
elif [ "$alive" = yes ]; then
  echo running
else
  echo died
fi`,
  { maxOutputBytes: 1_024 },
);

export const runStdout = readOnly('cat -- /run/rsm/runs/{runId}/stdout', {
  maxOutputBytes: 2 * DETACHED_STDOUT_BYTES_MAX,
  timeoutMs: 60_000,
});

export const runStderr = readOnly('cat -- /run/rsm/runs/{runId}/stderr', {
  maxOutputBytes: 2 * DETACHED_STDERR_BYTES_MAX,
});

/** Ends a run with everything it started, and takes its folder away. A run that is gone is success. */
export const cleanUpRun = command(
  `set -u
dir=/run/rsm/runs/{runId}
unit=rsm-run-{runId}
members() { awk '{ sub(/^.*\\) /, ""); if ($4 == sid) { split(FILENAME, path, "/"); print path[3] } }' sid="$1" /proc/[0-9]*/stat 2>/dev/null; }
if [ -e "$dir/pid" ]; then
  read -r pid born < "$dir/pid"
  for round in 1 2 3 4 5 6 7 8 9 10; do
    alive=$(members "$pid")
    if [ -z "$alive" ]; then break; fi
    if [ "$round" -lt 6 ]; then kill -TERM $alive 2>/dev/null; else kill -KILL $alive 2>/dev/null; fi
    sleep 1
  done
elif [ -d /run/systemd/system ]; then
  systemctl stop "$unit.service" 2>/dev/null
  systemctl reset-failed "$unit.service" 2>/dev/null
fi
rm -rf -- "$dir"`,
  { timeoutMs: 60_000 },
);
