/**
 * Lines that a look begins with: its tools are asked something whose answer is known, because a tool that fails without a word, or is a
 * stub, would make everything look clean. They are asked in one pipe, and one by one only when its answer is wrong, to name the
 * one to blame. A tool that knows these questions and lies elsewhere is not caught (docs/wipes.md).
 *
 * With find comes `search`, which is find that says so when it was killed, as by the kernel for want of memory: it would have seen
 * nothing more, and a pipe of bash does not tell. Its status is 1 after a complaint, and when a grep it ran saw nothing (find(1)).
 */

/** find begins a pipe, the others pass lines on. */
const PRINT = `printf 'this en\\nother 1\\n'` as const;
const FIND = `find -P / -maxdepth 0 -printf 'this en\\nother 1\\n'` as const;
const GREP = 'grep -xF -e "this en"' as const;
const AWK = `awk '$1 == "this" { print $1, $2 "d" }'` as const;
const SED = `sed 's/^this/that/'` as const;
const HEAD = 'head -n 1' as const;

const FIND_ALONE =
  `if [ "$(find -P / -maxdepth 0 -printf seen)" != seen ]; then echo 'find does not answer what is known'; fi
` as const;
export const GREP_WORKS =
  `if [ "$(${PRINT} | ${GREP})" != 'this en' ]; then echo 'grep does not answer what is known'; fi
` as const;
export const AWK_WORKS = `if [ "$(${PRINT} | ${AWK})" != 'this end' ]; then echo 'awk does not answer what is known'; fi
` as const;
const SED_ALONE = `if [ "$(echo this | ${SED})" != that ]; then echo 'sed does not answer what is known'; fi
` as const;
const HEAD_ALONE = `if [ "$(${PRINT} | ${HEAD})" != 'this en' ]; then echo 'head does not answer what is known'; fi
` as const;

const SEARCH =
  `search() { find "$@"; case $? in 0|1) ;; *) echo 'find was ended before it had looked everywhere' ;; esac; }
` as const;
export const FIND_WORKS = `${FIND_ALONE}${SEARCH}` as const;
export const FIND_GREP_WORK = `if [ "$(${FIND} | ${GREP})" != 'this en' ]; then
${FIND_ALONE}${GREP_WORKS}echo 'find, grep: not proven'
fi
${SEARCH}` as const;
export const FIND_HEAD_WORK = `if [ "$(${FIND} | ${HEAD})" != 'this en' ]; then
${FIND_ALONE}${HEAD_ALONE}echo 'find, head: not proven'
fi
${SEARCH}` as const;
export const GREP_SED_WORK = `if [ "$(${PRINT} | ${GREP} | ${SED})" != 'that en' ]; then
${GREP_WORKS}${SED_ALONE}echo 'grep, sed: not proven'
fi
` as const;
export const FIND_AWK_WORK = `if [ "$(${FIND} | ${AWK})" != 'this end' ]; then
${FIND_ALONE}${AWK_WORKS}echo 'find, awk: not proven'
fi
${SEARCH}` as const;
export const FIND_GREP_SED_WORK = `if [ "$(${FIND} | ${GREP} | ${SED})" != 'that en' ]; then
${FIND_ALONE}${GREP_WORKS}${SED_ALONE}echo 'find, grep, sed: not proven'
fi
${SEARCH}` as const;
export const GREP_AWK_SED_WORK = `if [ "$(${PRINT} | ${GREP} | ${AWK} | ${SED})" != 'that end' ]; then
${GREP_WORKS}${AWK_WORKS}${SED_ALONE}echo 'grep, awk, sed: not proven'
fi
` as const;
export const FIND_GREP_AWK_SED_WORK = `if [ "$(${FIND} | ${GREP} | ${AWK} | ${SED})" != 'that end' ]; then
${FIND_ALONE}${GREP_WORKS}${AWK_WORKS}${SED_ALONE}echo 'find, grep, awk, sed: not proven'
fi
${SEARCH}` as const;
export const FIND_GREP_AWK_SED_HEAD_WORK =
  `if [ "$(${FIND} | ${GREP} | ${AWK} | ${SED} | ${HEAD})" != 'that end' ]; then
${FIND_ALONE}${GREP_WORKS}${AWK_WORKS}${SED_ALONE}${HEAD_ALONE}echo 'find, grep, awk, sed, head: not proven'
fi
${SEARCH}` as const;

/** SHA-256 of `seen` and a line feed. */
export const SHA256_WORKS = `case $(echo seen | sha256sum) in
  "47a8dea66db04a6f2a18b6e27ef53a56f2122c0733e67f3908f1485fe1d4547f "*) ;;
  *) echo 'sha256sum does not compute what is known' ;;
esac
` as const;
