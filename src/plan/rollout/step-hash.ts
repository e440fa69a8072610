import { fnv1a32, safeEncode } from '../../units/fnv.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Writes a value as Go's encoding/json does: `<`, `>`, `&` and the line separators are escaped. */
function goText(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** How one type of Argo's API is written: its fields in order; a nested shape, or undefined for plain values. */
type Shape = readonly (readonly [name: string, shape?: Shape | 'sortedMap' | undefined, keepEmpty?: boolean])[];

const NAMED_VALUE: Shape = [
  ['name'],
  ['value'],
  ['valueFrom', [['podTemplateHashValue'], ['fieldRef', [['fieldPath', undefined, true]]]]],
];
const DRY_RUN: Shape = [['metricName', undefined, true]];
const RETENTION: Shape = [
  ['metricName', undefined, true],
  ['limit', undefined, true],
];
const METADATA: Shape = [
  ['labels', 'sortedMap'],
  ['annotations', 'sortedMap'],
];
const STRING_MATCH: Shape = [['exact'], ['prefix'], ['regex']];
const SELECTOR: Shape = [
  ['matchLabels', 'sortedMap'],
  ['matchExpressions', [['key', undefined, true], ['operator', undefined, true], ['values']]],
];

const ANALYSIS: Shape = [
  ['templates', [['templateName'], ['clusterScope']]],
  ['args', NAMED_VALUE],
  ['dryRun', DRY_RUN],
  ['measurementRetention', RETENTION],
  ['analysisRunMetadata', METADATA],
];

const EXPERIMENT: Shape = [
  [
    'templates',
    [
      ['name', undefined, true],
      ['specRef', undefined, true],
      ['replicas', undefined, true],
      ['metadata', METADATA, true],
      ['selector', SELECTOR],
      ['weight', undefined, true],
      ['service', [['name']], true],
    ],
  ],
  ['duration'],
  [
    'analyses',
    [
      ['name', undefined, true],
      ['templateName', undefined, true],
      ['clusterScope'],
      ['args', NAMED_VALUE],
      ['requiredForCompletion'],
    ],
  ],
  ['dryRun', DRY_RUN],
  ['analysisRunMetadata', METADATA, true],
  ['scaleDownDelaySeconds', undefined, true],
];

const STEP: Shape = [
  ['setWeight', undefined, true],
  ['pause', [['duration', undefined, true]], true],
  ['experiment', EXPERIMENT, true],
  ['analysis', ANALYSIS, true],
  ['setCanaryScale', [['weight', undefined, true], ['replicas', undefined, true], ['matchTrafficWeight']], true],
  [
    'setHeaderRoute',
    [
      ['name'],
      [
        'match',
        [
          ['headerName', undefined, true],
          ['headerValue', STRING_MATCH, true],
        ],
      ],
    ],
    true,
  ],
  [
    'setMirrorRoute',
    [
      ['name', undefined, true],
      [
        'match',
        [
          ['method', STRING_MATCH],
          ['path', STRING_MATCH],
          ['headers', 'sortedMap'],
        ],
      ],
      ['percentage', undefined, true],
    ],
    true,
  ],
  [
    'plugin',
    [
      ['name', undefined, true],
      ['config', 'sortedMap'],
    ],
    true,
  ],
];

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return goText(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${goText(key)}:${sorted(member)}`).join(',')}}`;
}

function written(value: unknown, shape: Shape | 'sortedMap' | undefined): string {
  if (shape === undefined) return goText(value);
  if (shape === 'sortedMap') return sorted(value);
  if (Array.isArray(value)) return `[${value.map((item) => written(item, shape)).join(',')}]`;
  const fields = (value ?? {}) as Fields;
  const members: string[] = [];
  for (const [name, nested, keepEmpty] of shape) {
    const member = fields[name];
    if (member === undefined || member === null) {
      // An experiment's metadata structs are written even when they are absent.
      if (keepEmpty === true && nested === METADATA) members.push(`"${name}":{}`);
      continue;
    }
    if (isEmpty(member) && keepEmpty !== true) continue;
    // An empty map is left out; the configuration of a plugin is raw JSON, and stays.
    if (nested === 'sortedMap' && name !== 'config' && Object.keys(member).length === 0) continue;
    members.push(`"${name}":${written(member, nested)}`);
  }
  return `{${members.join(',')}}`;
}

/**
 * The hash of a list of canary steps that Argo's controllers compute too, so that an update in flight is recognised
 * after a takeover; `null` stands for no steps at all. Source: rollout-semantics 0, "Step hash".
 */
export function stepHash(steps: readonly unknown[] | undefined): string {
  const text =
    steps === undefined || steps.length === 0 ? 'null' : `[${steps.map((step) => written(step, STEP)).join(',')}]`;
  return safeEncode(fnv1a32(text));
}
