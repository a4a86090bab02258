import { CompareSelection } from '../compare/compare-selection.ts';
import { SavedSearches } from './saved-searches.ts';

/** One of each in a window: they outlive the screen that shows them. */
export const savedSearches = new SavedSearches(localStorage);
export const compareSelection = new CompareSelection();
