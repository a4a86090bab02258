import type { Session } from '../common/session.ts';

/** What a typed word stands for: itself where a listing has it, else the words that are written most alike; none at all. */
export type WordMeaning = {
  readonly typed: string;
  readonly words: readonly string[];
  /** Whole words that have one of these in them: a listing is meant exactly when it has one. Null where there are more than wanted. */
  readonly whole: readonly string[] | null;
};

/** As many as a typing error leaves in doubt. */
const NEAR_WORDS_MAX = 4;
/** Shorter words are near to everything. */
const NEAR_LENGTH_MIN = 3;

/**
 * Looks up typed words among those that listings ever had. The vocabulary is small beside the market, so that a typing error
 * costs a look there and not one at a million rows. Two letters that changed places count as near, whatever their trigrams
 * say: those of short words have too little in common.
 */
export async function wordMeanings(
  session: Session,
  text: string,
  wholeWordsMax: number,
): Promise<readonly WordMeaning[]> {
  const rows = await session.rows<WordMeaning & { readonly whole: readonly string[] }>(
    'word_meanings',
    `SELECT typed, words, ARRAY(SELECT DISTINCT word FROM unnest(words) part, market_words
        WHERE word LIKE '%' || part || '%' LIMIT ?) AS whole
      FROM (SELECT typed, CASE
        WHEN EXISTS (SELECT FROM market_words WHERE word LIKE '%' || typed || '%') THEN ARRAY[typed]
        WHEN char_length(typed) < ${NEAR_LENGTH_MIN} THEN '{}'
        ELSE ARRAY(SELECT word FROM market_words
          WHERE word % typed OR word IN (
            SELECT substr(typed, 1, n - 1) || substr(typed, n + 1, 1) || substr(typed, n, 1) || substr(typed, n + 2)
            FROM generate_series(1, char_length(typed) - 1) n)
          ORDER BY similarity(word, typed) DESC, word LIMIT ${NEAR_WORDS_MAX}) END AS words
        FROM (SELECT DISTINCT typed FROM regexp_split_to_table(market_words_of(?), ' ') typed WHERE typed <> '') typed) found`,
    [wholeWordsMax + 1, text],
  );
  return rows.map((row) => (row.whole.length > wholeWordsMax ? { ...row, whole: null } : row));
}
