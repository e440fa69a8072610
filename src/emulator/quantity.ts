const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: Readonly<Record<string, number>> = { n: 0, u: 3, m: 6, '': 9, k: 12, M: 15, G: 18, T: 21, P: 24, E: 27 };
const NANOS = 1_000_000_000n;

type Parsed = Readonly<{ nanos: bigint; form: 'binary' | 'decimal' | 'exponent' }>;

/** A quantity in billionths, rounded up as the server does; undefined when the text is none. */
export function nanosOf(text: string): bigint | undefined {
  return parse(text)?.nanos;
}

/**
 * A quantity in its canonical form: no fraction, the largest suffix of its family (`0.5` → `500m`, `0.5Gi` → `512Mi`,
 * `1024Mi` → `1Gi`). The same text when it is no quantity. Source: apimachinery, resource.Quantity.
 */
export function canonicalQuantity(text: string): string {
  const parsed = parse(text);
  if (parsed === undefined) return text;
  const { nanos, form } = parsed;
  const size = nanos < 0n ? -nanos : nanos;
  // Below 1024 a binary form would need a fraction, so the decimal one is written.
  if (form === 'binary' && size >= 1024n * NANOS) return binaryForm(nanos);
  if (nanos === 0n) return '0';
  let power = 0;
  let rest = nanos;
  while (rest % 1000n === 0n && power < 27) {
    rest /= 1000n;
    power += 3;
  }
  if (form === 'exponent') return power === 9 ? String(rest) : `${rest}e${power - 9}`;
  const suffix = Object.keys(DECIMAL).find((one) => DECIMAL[one] === power) ?? '';
  return `${rest}${suffix}`;
}

function binaryForm(nanos: bigint): string {
  let whole = ceilOf(nanos, NANOS);
  let power = 0;
  while (whole % 1024n === 0n && power < BINARY.length) {
    whole /= 1024n;
    power += 1;
  }
  return `${whole}${power === 0 ? '' : BINARY[power - 1]}`;
}

function parse(text: string): Parsed | undefined {
  const [, sign, whole = '', fraction = '', suffix = ''] = QUANTITY.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const binary = BINARY.indexOf(suffix);
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  const scale = exponent === undefined ? (DECIMAL[suffix] ?? 9) : Number(exponent) + 9;
  // Nobody means more; without a bound a short text could ask for a number of any length.
  if (Math.abs(scale) > 60) return undefined;
  const unit = binary === -1 ? 1n : 1024n ** BigInt(binary + 1);
  const power = scale - fraction.length;
  const nanos = power >= 0 ? digits * unit * 10n ** BigInt(power) : ceilOf(digits * unit, 10n ** BigInt(-power));
  return { nanos, form: binary !== -1 ? 'binary' : exponent === undefined ? 'decimal' : 'exponent' };
}

/** Division that rounds away from zero. */
function ceilOf(value: bigint, by: bigint): bigint {
  const floor = value / by;
  if (value % by === 0n) return floor;
  return value < 0n ? floor - 1n : floor + 1n;
}
