/** The named limits of everything said over SSH. All durations in milliseconds. */
export interface SshLimits {
  /** From the first packet until logged in. */
  readonly connectTimeoutMs: number;
  readonly keepaliveIntervalMs: number;
  /** Unanswered keepalives after which a connection counts as cut. */
  readonly keepaliveCountMax: number;
  /** A connection on which nothing ran for so long is closed. */
  readonly idleCloseMs: number;
  /** Commands at the same time on one connection. sshd allows ten sessions by default (MaxSessions, sshd_config(5)). */
  readonly channelsPerConnectionMax: number;
  /** Commands that wait for a free channel of one connection; one more is refused as `busy`. */
  readonly waitingCommandsMax: number;
  /** Connections of this process at the same time. */
  readonly connectionsMax: number;
  /** How long a channel may take to close after its command was killed, before the whole connection is given up. */
  readonly channelCloseMs: number;
}

export const DEFAULT_SSH_LIMITS: SshLimits = Object.freeze({
  connectTimeoutMs: 10_000,
  keepaliveIntervalMs: 10_000,
  keepaliveCountMax: 2,
  idleCloseMs: 60_000,
  channelsPerConnectionMax: 8,
  waitingCommandsMax: 256,
  connectionsMax: 1_000,
  channelCloseMs: 5_000,
});
