/**
 * The page's policy. Connections go to the app itself and to the chosen server, nowhere else; there are no frames, no plug-ins,
 * no forms that send anything, and no inline script.
 *
 * `style-src-elem` admits inline sheets because xterm and sonner make `<style>` elements of their own; inline style attributes
 * stay refused (scripts set styles through the CSSOM, which the policy does not govern).
 */
export function contentSecurityPolicy(serverOrigin: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-elem 'self' 'unsafe-inline'",
    "style-src-attr 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${serverOrigin === null ? '' : ` ${serverOrigin}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "worker-src 'none'",
  ].join('; ');
}
