import type { AddressPolicy } from '../apply/address-policy.ts';
import type { Clock } from '../clock/clock.ts';
import type { ConfigWatch, Places, Reload } from '../config/reload.ts';
import { watchConfig } from '../config/reload.ts';
import type { Config } from '../config/schema.ts';
import type { Rate } from '../kube/token-bucket.ts';
import type { ProviderSettings } from '../providers/provider.ts';
import type { LevelledLogger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { sameJson } from '../units/canonical-json.ts';

/** What a running process reads from its configuration anew at each use. */
export type LiveConfig = Readonly<{
  /** The limit of calls to the API server. */
  limit: () => Rate;
  provider: () => ProviderSettings;
  /** Whether metrics may run Jobs. */
  jobs: () => boolean;
  /** Which addresses may be called, by the origins that are configured. */
  policy: (refused: Pick<AddressPolicy, 'apiServerHosts' | 'ownPorts'>) => AddressPolicy;
  /** Reads the configuration again now. */
  reload: () => void;
  stop: () => void;
}>;

/** Keeps the configuration in force up to date, and tells what came of each change by log and metric. */
export function keepConfig(
  config: Config,
  places: Places,
  parts: Readonly<{ clock: Clock; log: LevelledLogger; metrics: Metrics }>,
): LiveConfig {
  const { clock, log, metrics } = parts;
  let current = config;
  let waitingBefore: readonly string[] = [];
  const onReload = (reload: Reload): void => {
    metrics.configRead(reload.kind === 'Taken');
    if (reload.kind === 'Refused') {
      return log.error({ errors: reload.errors }, 'configuration refused; the one before stays in force');
    }
    current = reload.config;
    log.setLevel(current.logLevel);
    if (reload.changed.length > 0) log.info({ keys: reload.changed }, 'configuration changed');
    if (reload.waiting.length > 0 && !sameJson(reload.waiting, waitingBefore)) {
      log.warn({ keys: reload.waiting }, 'configuration keys that changed want a restart');
    }
    waitingBefore = reload.waiting;
  };
  const schedule = clock.schedule.bind(clock);
  const watch: ConfigWatch = watchConfig({ places, config, schedule, onReload });
  return {
    limit: () => ({ perSecond: current.requestsPerSecond, burst: current.burst }),
    provider: () => ({
      prometheusAddress: current.prometheusAddress,
      plugins: current.metricPlugins,
      aws: awsOf(places.environment),
    }),
    jobs: () => current.jobProvider ?? current.apiGroup === 'argoproj.io',
    policy: (refused) => ({
      ...refused,
      origins: originsOf(current),
      clusterServices: true,
      warnOnly: isWarnOnly(current),
    }),
    reload: () => watch.reload(),
    stop: () => watch.stop(),
  };
}

function isWarnOnly({ apiGroup, enforcePolicies }: Config): boolean {
  return !(enforcePolicies ?? apiGroup === 'sluice.dev');
}

function originsOf({ allowedOrigins, metricPlugins, prometheusAddress }: Config): readonly string[] {
  return [
    ...allowedOrigins,
    ...Object.values(metricPlugins),
    ...(prometheusAddress === undefined ? [] : [prometheusAddress]),
  ];
}

/** Credentials and region of AWS where its own tools look for them. */
function awsOf(environment: Readonly<Record<string, string | undefined>>): NonNullable<ProviderSettings['aws']> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment;
  const { AWS_SESSION_TOKEN: sessionToken, AWS_REGION: region = environment['AWS_DEFAULT_REGION'] } = environment;
  const known = accessKeyId !== '' && secretAccessKey !== '';
  const token = sessionToken === undefined ? {} : { sessionToken };
  return { region, credentials: known ? { accessKeyId, secretAccessKey, ...token } : undefined };
}
