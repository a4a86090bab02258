const PORT_MAX = 65_535;

/** The port that a text names; null when it names none. */
export function parsePort(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,5}$/.test(trimmed)) return null;
  const port = Number(trimmed);
  return port >= 1 && port <= PORT_MAX ? port : null;
}
