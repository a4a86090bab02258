/** A link within text: underlined, so that colour is not all that tells it. */
export const linkClasses = 'font-medium text-primary-text underline underline-offset-4';
