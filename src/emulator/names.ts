const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/** What is wrong with a name that must be an RFC 1123 subdomain of 253 characters at most; undefined when nothing is. */
export function subdomainProblem(name: string): string | undefined {
  if (name.length > 253) return 'must be no more than 253 characters';
  return SUBDOMAIN.test(name) ? undefined : SUBDOMAIN_TEXT;
}

/** What is wrong with a name that must be an RFC 1123 label of 63 characters at most. */
export function labelNameProblem(name: string): string | undefined {
  if (name.length > 63) return 'must be no more than 63 bytes';
  if (LABEL.test(name)) return undefined;
  return SUBDOMAIN.test(name) ? 'must not contain dots' : LABEL_TEXT;
}

/** What is wrong with a name that only becomes part of a path, as those of RBAC. */
export function pathSegmentProblem(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`;
  const found = ['/', '%'].find((letter) => name.includes(letter));
  return found === undefined ? undefined : `may not contain '${found}'`;
}

const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NAME_PART_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** All that is wrong with the key of a label or annotation, or with a finalizer's name; `what` names it in the text. */
export function qualifiedNameProblems(key: string, what = 'a qualified name'): readonly string[] {
  const parts = key.split('/');
  const [prefix = ''] = parts;
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) {
    const form = NAME_PART_TEXT.slice('name part '.length);
    return [`${what} ${form} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const problems: string[] = [];
  if (parts.length === 2 && prefix === '') problems.push('prefix part must be non-empty');
  else if (parts.length === 2 && !SUBDOMAIN.test(prefix)) problems.push(`prefix part ${SUBDOMAIN_TEXT}`);
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push('name part must be no more than 63 bytes');
  return QUALIFIED.test(name) ? problems : [...problems, NAME_PART_TEXT];
}

/** What is wrong with the value of a label. */
export function labelValueProblem(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 bytes';
  return value === '' || QUALIFIED.test(value) ? undefined : VALUE_TEXT;
}

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A name as metadata.generateName asks for it: the first 58 characters and five random ones. Source: names/generate.go. */
export function generatedName(prefix: string, random: () => number): string {
  let suffix = '';
  while (suffix.length < 5) suffix += LETTERS[Math.floor(random() * LETTERS.length)] ?? '';
  return prefix.slice(0, 58) + suffix;
}

/** A UUID of version 4 from the given source of randomness. */
export function randomUid(random: () => number): string {
  let digits = '';
  for (let word = 0; word < 4; word += 1)
    digits += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const variant = '89ab'[Math.floor(random() * 4)] ?? '8';
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}

/** All that is wrong with the name of a port. Source: apimachinery, IsValidPortName. */
export function portNameProblems(name: string): readonly string[] {
  return [
    ...(name.length > 15 ? ['must be no more than 15 characters'] : []),
    ...(/^[-a-z0-9]+$/.test(name) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(name) ? [] : ['must contain at least one letter (a-z)']),
    ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(/^-|-$/.test(name) ? ['must not begin or end with a hyphen'] : []),
  ];
}
