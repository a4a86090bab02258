export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends a mail. Never called inside a transaction. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}
