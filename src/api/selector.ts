const NAME = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*/;
const MATCHER = /^\s*[a-zA-Z_][a-zA-Z0-9_]*\s*(?:=~|!~|!=|=)\s*(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*/;

/**
 * A plain series selector with more matchers: `name{a="b"}` and `c="d"` give `name{a="b",c="d"}`. Undefined when either
 * is anything else than a name and matchers: functions, ranges and offsets cannot be counted exactly.
 */
export function narrowSelector(selector: string, more: string): string | undefined {
  const head = NAME.exec(selector);
  const name = head?.[1] ?? '';
  const rest = selector.slice(head?.[0].length ?? 0).trim();
  const braced = rest === '' ? '' : rest.startsWith('{') && rest.endsWith('}') ? rest.slice(1, -1) : undefined;
  if (braced === undefined) return undefined;
  const own = readMatchers(braced);
  const added = readMatchers(more);
  if (own === undefined || added === undefined || (name === '' && own.length === 0)) return undefined;
  return `${name}{${[...own, ...added].join(',')}}`;
}

/** The matchers of a comma list, each as it is written; undefined when it is no such list. */
function readMatchers(text: string): readonly string[] | undefined {
  const matchers: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const found = MATCHER.exec(rest);
    if (found === null) return undefined;
    matchers.push(found[0].trim());
    rest = rest.slice(found[0].length);
    if (rest !== '' && !rest.startsWith(',')) return undefined;
    rest = rest.slice(1).trim();
  }
  return matchers;
}
