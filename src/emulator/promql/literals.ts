/** Milliseconds of each unit of a PromQL duration; a year has 365 days. */
const UNITS: Readonly<Record<string, number>> = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** A duration such as `1h30m`, in milliseconds; undefined when it is none. Units go from large to small, each once. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/.test(text) || text === '') return undefined;
  let total = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+)(ms|[ywdhms])/g)) {
    total += Number(count) * (UNITS[unit] ?? Number.NaN);
  }
  return total;
}

/** A number as PromQL writes it (`1e3`, `0x1f`, `Inf`, `1_000`, a duration in seconds); undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)\s*(.*)$/s.exec(text) ?? [];
  const size = unsigned(digits);
  return size === undefined || sign !== '-' ? size : -size;
}

function unsigned(text: string): number | undefined {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const duration = parseDuration(text);
  if (duration !== undefined) return duration / 1000;
  const plain = text.replaceAll('_', '');
  if (/^0x[\da-f]+$/i.test(plain)) return Number.parseInt(plain, 16);
  // A leading zero makes Go read octal: 010 is eight.
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
  return /^(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** The text of a quoted string, escapes undone as Go does; undefined when it is not closed or an escape is none. */
export function parseString(quoted: string): string | undefined {
  const mark = quoted[0] ?? '';
  if (quoted.length < 2 || quoted.at(-1) !== mark) return undefined;
  const inner = quoted.slice(1, -1);
  if (mark === '`') return inner;
  let bad = inner.includes('\n');
  const text = inner.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|(.?))/gs,
    (_whole, hex?: string, short?: string, long?: string, octal?: string, letter?: string) => {
      const code = hex ?? short ?? long;
      if (code !== undefined || octal !== undefined) {
        const point = octal === undefined ? Number.parseInt(code ?? '', 16) : Number.parseInt(octal, 8);
        bad ||= point > 0x10_ff_ff;
        return bad ? '' : String.fromCodePoint(point);
      }
      const known = ESCAPES[letter ?? ''];
      bad ||= known === undefined || (letter !== mark && (letter === '"' || letter === "'"));
      return known ?? '';
    },
  );
  return bad ? undefined : text;
}
