import { checkUser, quote } from './trouble-context.ts';
import type { TroubleContext } from './trouble-context.ts';

/** What a user of the host may leave behind. Each works for any account that exists, as that account would do it. */
export interface UserTrouble {
  /** A process in a login session of the user's that ignores SIGTERM, SIGHUP and SIGINT. Answers its pid on the host. */
  stubbornProcess(user: string): Promise<number>;
  /** A file of the user's outside the home, `/var/tmp/left-by-USER` when no path is given. Answers its path. */
  foreignFile(user: string, path?: string): Promise<string>;
  /** A line in the user's crontab, every minute; it notes the time in `/var/tmp/cron-USER`. */
  cronJob(user: string): Promise<void>;
  /** A job of at(1) for tomorrow. Answers its number. */
  atJob(user: string): Promise<number>;
  /** One more key in the user's own `~/.ssh/authorized_keys`. */
  secondKey(user: string): Promise<{ publicKey: string; privateKey: string }>;
}

const stubborn = `trap "" TERM HUP INT; while :; do sleep 1; done`;

export function createUserTrouble(context: TroubleContext): UserTrouble {
  const runAs = (user: string, script: string) => {
    checkUser(user);
    return context.run(`runuser --login ${user} --command ${quote(script)}`);
  };
  return {
    stubbornProcess: async (user) =>
      Number(await runAs(user, `setsid /bin/bash -c '${stubborn}' </dev/null >/dev/null 2>&1 & echo $!`)),
    foreignFile: async (user, path = `/var/tmp/left-by-${user}`) => {
      checkUser(user);
      const file = quote(path);
      await context.run(`mkdir -p "$(dirname ${file})" && echo left > ${file} && chown ${user}: ${file}`);
      return path;
    },
    cronJob: async (user) => void (await runAs(user, `echo '* * * * * date > /var/tmp/cron-${user}' | crontab -`)),
    atJob: async (user) => {
      const said = await runAs(user, 'echo true | at now + 1 day 2>&1');
      const job = /^job (\d+) at/m.exec(said)?.[1];
      if (job === undefined) throw new Error(`at did not name a job: ${said}`);
      return Number(job);
    },
    secondKey: async (user) => {
      const privateKey = await runAs(
        user,
        `umask 077; mkdir -p ~/.ssh; file=$(mktemp -u)
         ssh-keygen -q -t ed25519 -N "" -C second -f $file
         cat $file.pub >> ~/.ssh/authorized_keys; cat $file; rm $file $file.pub`,
      );
      const publicKey = await runAs(user, 'tail -n 1 ~/.ssh/authorized_keys');
      return { publicKey: publicKey.trim(), privateKey };
    },
  };
}
