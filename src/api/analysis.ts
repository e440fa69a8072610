import type {
  ANALYSIS_PHASES,
  analysisRunArgumentSchema,
  analysisRunSpecSchema,
  analysisRunStatusSchema,
  analysisTemplateSpecSchema,
  argumentSchema,
  backgroundAnalysisSchema,
  measurementSchema,
  metricResultSchema,
  rolloutAnalysisSchema,
} from './analysis.schema.ts';
import type { ApiObject, Shape } from './meta.ts';

/** Phase of a run, a metric or a measurement. */
export type AnalysisPhase = (typeof ANALYSIS_PHASES)[number];

/** An argument that templates and runs declare. */
export type Argument = Shape<typeof argumentSchema>;

/** An argument's value, as a Rollout or Experiment gives it. */
export type AnalysisArgument = Shape<typeof analysisRunArgumentSchema>;

/** An analysis that a Rollout runs at a point of its update: step, pre-promotion, post-promotion. */
export type RolloutAnalysis = Shape<typeof rolloutAnalysisSchema>;

/** An analysis that runs beside the steps. */
export type BackgroundAnalysis = Shape<typeof backgroundAnalysisSchema>;

/** Spec of AnalysisTemplate and ClusterAnalysisTemplate. */
export type AnalysisTemplateSpec = Shape<typeof analysisTemplateSpecSchema>;

/** An AnalysisTemplate, or a ClusterAnalysisTemplate, which has no namespace. */
export type AnalysisTemplate = Omit<ApiObject<AnalysisTemplateSpec, never>, 'status'>;

/** Spec of AnalysisRun. */
export type AnalysisRunSpec = Shape<typeof analysisRunSpecSchema>;

/** Status of AnalysisRun. */
export type AnalysisRunStatus = Shape<typeof analysisRunStatusSchema>;

/** An AnalysisRun. */
export type AnalysisRun = ApiObject<AnalysisRunSpec, AnalysisRunStatus>;

/** What came of one metric of a run. */
export type MetricResult = Shape<typeof metricResultSchema>;

/** One measurement of a metric. */
export type Measurement = Shape<typeof measurementSchema>;
