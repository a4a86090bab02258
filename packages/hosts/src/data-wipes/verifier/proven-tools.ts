/**
 * Lines that a look begins with: each asks a tool a question whose answer is known, because a tool that fails without a word, or is
 * a stub, would make everything look clean. A tool that knows these questions and lies elsewhere is not caught (docs/wipes.md).
 */
export const FIND_WORKS = `if [ "$(find -P / -maxdepth 0 -printf seen)" != seen ]; then echo 'find does not find what is there'; fi
`;
export const GREP_WORKS = `if [ "$(printf 'other\\nseen\\n' | grep -xF -e seen)" != seen ]; then echo 'grep does not find what is there'; fi
`;
export const AWK_WORKS = `if [ "$(printf 'other 1\\nthis seen\\n' | awk '$1 == "this" { print $2 }')" != seen ]; then echo 'awk does not find what is there'; fi
`;
export const SED_WORKS = `if [ "$(echo en | sed 's/^/se/')" != seen ]; then echo 'sed does not write what it is told to'; fi
`;
export const HEAD_WORKS = `if [ "$(printf 'seen\\nother\\n' | head -n 1)" != seen ]; then echo 'head does not show what is there'; fi
`;
/** SHA-256 of `seen` and a line feed. */
export const SHA256_WORKS = `case $(echo seen | sha256sum) in
  "47a8dea66db04a6f2a18b6e27ef53a56f2122c0733e67f3908f1485fe1d4547f "*) ;;
  *) echo 'sha256sum does not compute what is known' ;;
esac
`;
