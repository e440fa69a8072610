import {
  flag,
  intOrString,
  list,
  long,
  object,
  objectName,
  optional,
  rawObject,
  rawValue,
  stringMap,
  text,
  word,
} from './field.schema.ts';

const insecure = () => optional(flag('Accept any certificate of the server.', { defaultText: 'false' }));

const headers = () =>
  optional(
    list(
      'Headers of the request.',
      object('A header.', { key: text('Its name.'), value: text('Its value; arguments may stand in it.') }),
      { maxItems: 32 },
    ),
  );

/** How a provider proves to the metrics store who asks. */
export const authenticationSchema = object(
  'How to authenticate; at most one way.',
  {
    sigv4: optional(
      object('Signatures of AWS; only for an address of Amazon Managed Prometheus.', {
        region: optional(text('AWS region.', { defaultText: 'region of the environment' })),
        profile: optional(text('Profile of the shared AWS configuration.')),
        roleArn: optional(text('Role to assume.')),
      }),
    ),
    oauth2: optional(
      object('Client credentials of OAuth 2.', {
        tokenUrl: optional(text('Where tokens are issued.')),
        clientId: optional(text('Client id.')),
        clientSecret: optional(text('Client secret; take it from a Secret by an argument.')),
        scopes: optional(list('Scopes asked for.', text('A scope.'), { maxItems: 32 })),
      }),
    ),
    basicAuth: optional(
      object('User and password.', {
        username: optional(text('User name.')),
        password: optional(text('Password.')),
      }),
    ),
  },
  {
    rules: [
      {
        rule: '[has(self.sigv4), has(self.oauth2), has(self.basicAuth)].filter(given, given).size() <= 1',
        message: 'must hold at most one way to authenticate',
      },
    ],
  },
);

const prometheusServer = {
  address: optional(
    text('Address, such as http://prometheus.monitoring:9090.', {
      defaultText: 'environment variable ARGO_ROLLOUTS_PROMETHEUS_ADDRESS of the controller',
    }),
  ),
  timeout: optional(long('Seconds until the query is given up.', { defaultText: '30', minimum: 1, maximum: 3600 })),
  insecure: insecure(),
  headers: headers(),
  authentication: optional(authenticationSchema),
};

/** Where a Prometheus server is and how to authenticate there, without a query. */
export const prometheusConnection = (description: string) => object(description, prometheusServer);

/** Queries a Prometheus server. */
export const prometheusSchema = object('Queries a Prometheus server.', {
  ...prometheusServer,
  query: optional(text('PromQL. A vector or matrix gives a list of numbers, a scalar one number, no series `[]`.')),
  rangeQuery: optional(
    object('Makes it a range query.', {
      start: optional(text('Start as an expression, such as `now() - duration("1h")`.')),
      end: optional(text('End as an expression, such as `now()`.')),
      step: optional(text('Go duration between two points.')),
    }),
  ),
});

const webSchema = object('Reads a JSON document over HTTP.', {
  method: optional(word('HTTP method.', ['GET', 'POST', 'PUT'], { defaultText: 'GET' })),
  url: text('Address of the document.'),
  headers: headers(),
  body: optional(text('Text to be sent; not with GET, not with jsonBody.')),
  jsonBody: optional(rawValue('JSON to be sent; not with GET, not with body.')),
  timeoutSeconds: optional(long('Seconds until it is given up.', { defaultText: '10', minimum: 1, maximum: 3600 })),
  jsonPath: optional(text('JSONPath whose first hit is the result.', { defaultText: '{$}' })),
  insecure: insecure(),
  authentication: optional(authenticationSchema),
});

const jobSchema = object('Runs a Kubernetes Job for each measurement: Complete is Successful, Failed is Failed.', {
  metadata: optional(rawObject('Labels and annotations of the Job.')),
  spec: rawObject('Spec of the Job (batch/v1).'),
});

const datadogSchema = object('Queries Datadog.', {
  apiVersion: optional(word('Version of its API.', ['v1', 'v2'], { defaultText: 'v1' })),
  query: optional(text('One query.')),
  queries: optional(stringMap('Several queries by name; with v2 only.', { maxProperties: 32 })),
  formula: optional(text('Formula over `queries`.')),
  aggregator: optional(
    word('How points become one number; with v2 only.', [
      'avg',
      'min',
      'max',
      'sum',
      'last',
      'percentile',
      'mean',
      'l2norm',
      'area',
    ]),
  ),
  interval: optional(text('How far back the query looks, a Go duration.', { defaultText: '5m' })),
  requestTimeout: optional(text('When a query is given up, a Go duration.', { defaultText: '10s' })),
  secretRef: optional(
    object('The Secret with address and keys.', {
      name: optional(objectName('Its name.', { defaultText: 'datadog' })),
      namespaced: optional(flag('It is in the namespace of the run.', { defaultText: 'false' })),
    }),
  ),
});

const newRelicSchema = object('Queries New Relic.', {
  profile: optional(objectName('Secret with key and account.', { defaultText: 'newrelic' })),
  query: text('NRQL.'),
  timeout: optional(long('Seconds until it is given up.', { defaultText: '5', minimum: 1, maximum: 3600 })),
});

const wavefrontSchema = object('Queries Wavefront.', {
  address: optional(text('Address; also the key of its token in the Secret wavefront-api-tokens.')),
  query: optional(text('Query.')),
});

const metricStatSchema = object('A statistic of one CloudWatch metric.', {
  metric: optional(
    object('The metric.', {
      namespace: optional(text('Namespace in CloudWatch.')),
      metricName: text('Name of the metric.'),
      dimensions: optional(
        list(
          'Dimensions.',
          object('A dimension.', { name: optional(text('Name.')), value: optional(text('Value.')) }),
          { maxItems: 30 },
        ),
      ),
    }),
  ),
  period: optional(intOrString('Seconds of one point.')),
  stat: optional(text('Statistic, such as Average or p99.')),
  unit: optional(text('Unit of the points.')),
});

const cloudWatchSchema = object('Queries Amazon CloudWatch.', {
  interval: optional(text('How far back the query looks, a Go duration.', { defaultText: '5m' })),
  metricDataQueries: list(
    'Queries of GetMetricData.',
    object('A query.', {
      id: optional(text('Its name in expressions.')),
      expression: optional(text('Expression over other queries.')),
      label: optional(text('Label of the result.')),
      metricStat: optional(metricStatSchema),
      period: optional(intOrString('Seconds of one point.')),
      returnData: optional(flag('Whether it is part of the result.', { defaultText: 'true' })),
    }),
    { maxItems: 500 },
  ),
});

const graphiteSchema = object('Queries Graphite: the result is the list of the first series.', {
  address: optional(text('Address.')),
  query: optional(text('Target expression.')),
});

const influxdbSchema = object('Queries InfluxDB: the result is the values of the first row.', {
  profile: optional(objectName('Secret with address, authToken and org.', { defaultText: 'influxdb' })),
  query: optional(text('Flux query.')),
});

const skywalkingSchema = object('Queries Apache SkyWalking: the result is the answer object.', {
  address: optional(text('Address.')),
  query: optional(text('GraphQL query.')),
  interval: optional(text('How far back the query looks, a Go duration.')),
});

const scopeSide = (side: string) =>
  object(`Scope of the ${side}.`, {
    scope: text('Name of the scope.'),
    region: text('Region.'),
    step: long('Seconds of one point.'),
    start: optional(text('Start of the interval.')),
    end: optional(text('End of the interval.')),
  });

const kayentaSchema = object('Asks Kayenta for a canary judgement.', {
  address: text('Address.'),
  application: text('Application.'),
  canaryConfigName: text('Name of the canary configuration.'),
  metricsAccountName: text('Account of the metrics store.'),
  configurationAccountName: text('Account of the configuration store.'),
  storageAccountName: text('Account of the result store.'),
  threshold: object('Scores that decide.', {
    pass: long('From here on Successful.', { minimum: 0, maximum: 100 }),
    marginal: long('From here on Inconclusive, below Failed.', { minimum: 0, maximum: 100 }),
  }),
  scopes: list(
    'What is compared.',
    object('A pair of scopes.', {
      name: text('Name.'),
      controlScope: scopeSide('stable version'),
      experimentScope: scopeSide('canary'),
    }),
    { maxItems: 32 },
  ),
  lookback: optional(flag('Look back from now instead of from the start of the run.', { defaultText: 'false' })),
});

const PROVIDERS = [
  'prometheus',
  'web',
  'job',
  'datadog',
  'newRelic',
  'wavefront',
  'cloudWatch',
  'graphite',
  'influxdb',
  'skywalking',
  'kayenta',
  'plugin',
] as const;

/** Where a metric's value comes from. */
export const metricProviderSchema = object(
  'Where the value comes from: exactly one provider.',
  {
    prometheus: optional(prometheusSchema),
    web: optional(webSchema),
    job: optional(jobSchema),
    datadog: optional(datadogSchema),
    newRelic: optional(newRelicSchema),
    wavefront: optional(wavefrontSchema),
    cloudWatch: optional(cloudWatchSchema),
    graphite: optional(graphiteSchema),
    influxdb: optional(influxdbSchema),
    skywalking: optional(skywalkingSchema),
    kayenta: optional(kayentaSchema),
    plugin: optional(rawObject("A metric plugin by name: exactly one entry, its value is the plugin's configuration.")),
  },
  {
    rules: [
      {
        rule: `[${PROVIDERS.map((name) => `has(self.${name})`).join(', ')}].exists_one(given, given)`,
        message: 'must hold exactly one provider',
      },
    ],
  },
);
