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
    provider: () => ({ prometheusAddress: current.prometheusAddress }),
    policy: (refused) => ({ ...refused, origins: originsOf(current), clusterServices: true }),
    reload: () => watch.reload(),
    stop: () => watch.stop(),
  };
}

function originsOf({ allowedOrigins, prometheusAddress }: Config): readonly string[] {
  return [...allowedOrigins, ...(prometheusAddress === undefined ? [] : [prometheusAddress])];
}
