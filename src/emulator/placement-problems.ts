import { labelProblems } from './metadata.ts';
import { labelNameProblem, qualifiedNameProblems } from './names.ts';
import type { FieldProblem } from './refusal.ts';
import { invalidValue, required, unsupported } from './refusal.ts';
import type { JsonMap } from './schema.ts';
import { isMap } from './schema.ts';

const mapsOf = (value: unknown): readonly JsonMap[] => (Array.isArray(value) ? (value as JsonMap[]) : []);

/** What is wrong with where and beside whom a pod wants to run. Source: apis/core/validation. */
export function placementProblems(spec: JsonMap, path: string): readonly FieldProblem[] {
  const { nodeSelector, hostname, affinity } = spec;
  const wrongName = typeof hostname === 'string' && hostname !== '' ? labelNameProblem(hostname) : undefined;
  return [
    ...labelProblems(isMap(nodeSelector) ? (nodeSelector as Record<string, string>) : {}, `${path}.nodeSelector`),
    ...(wrongName === undefined ? [] : [invalidValue(`${path}.hostname`, hostname, wrongName)]),
    ...['podAffinity', 'podAntiAffinity'].flatMap((key) =>
      isMap(affinity) && isMap(affinity[key]) ? podAffinityProblems(affinity[key], `${path}.affinity.${key}`) : [],
    ),
    ...mapsOf(spec['tolerations']).flatMap((one, index) => tolerationProblems(one, `${path}.tolerations[${index}]`)),
    ...mapsOf(spec['topologySpreadConstraints']).flatMap((one, index) =>
      spreadProblems(one, `${path}.topologySpreadConstraints[${index}]`),
    ),
  ];
}

const OPERATORS = ['Equal', 'Exists'];

function tolerationProblems({ key, operator, value }: JsonMap, path: string): readonly FieldProblem[] {
  if (operator !== undefined && !OPERATORS.some((one) => one === operator)) {
    return [unsupported(`${path}.operator`, operator, OPERATORS)];
  }
  const isKeyless = key === undefined || key === '';
  if (isKeyless && operator !== 'Exists') {
    return [
      invalidValue(
        `${path}.operator`,
        operator ?? '',
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    ];
  }
  return operator === 'Exists' && value !== undefined && value !== ''
    ? [invalidValue(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'")]
    : [];
}

const SPREADS = ['DoNotSchedule', 'ScheduleAnyway'];

function spreadProblems({ maxSkew, topologyKey, whenUnsatisfiable }: JsonMap, path: string): readonly FieldProblem[] {
  return [
    ...(typeof maxSkew === 'number' && maxSkew <= 0
      ? [invalidValue(`${path}.maxSkew`, maxSkew, 'must be greater than zero')]
      : []),
    ...(topologyKey === undefined || topologyKey === '' ? [required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...(SPREADS.some((one) => one === whenUnsatisfiable)
      ? []
      : [unsupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable ?? '', SPREADS)]),
  ];
}

function podAffinityProblems(affinity: JsonMap, path: string): readonly FieldProblem[] {
  const hard = 'requiredDuringSchedulingIgnoredDuringExecution';
  const soft = 'preferredDuringSchedulingIgnoredDuringExecution';
  return [
    ...mapsOf(affinity[hard]).flatMap((term, index) => termProblems(term, `${path}.${hard}[${index}]`)),
    ...mapsOf(affinity[soft]).flatMap(({ weight, podAffinityTerm: term }, index) => {
      const at = `${path}.${soft}[${index}]`;
      const fits = typeof weight === 'number' && weight >= 1 && weight <= 100;
      return [
        ...(fits ? [] : [invalidValue(`${at}.weight`, weight ?? 0, 'must be in the range 1-100')]),
        ...termProblems(isMap(term) ? term : {}, `${at}.podAffinityTerm`),
      ];
    }),
  ];
}

function termProblems({ topologyKey }: JsonMap, path: string): readonly FieldProblem[] {
  const key = typeof topologyKey === 'string' ? topologyKey : '';
  return [
    ...(key === '' ? [required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...qualifiedNameProblems(key, 'a valid label key').map((one) => invalidValue(`${path}.topologyKey`, key, one)),
  ];
}
