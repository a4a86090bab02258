/** What a person typed, as the API reads it: a comma before one or two last digits is taken for the point. The server judges it. */
export function moneyText(text: string): string {
  return text.trim().replace(/,(?=\d{1,2}$)/, '.');
}
