/**
 * Live events tell when work succeeds. A try that failed and will be made again is no event, so screens that wait for a
 * machine look again so often.
 */
export const WAIT_POLL_MS = 2_500;
