import type { blueGreenSchema } from './blue-green.schema.ts';
import type { Shape } from './meta.ts';

/** The blue-green strategy, as written. */
export type BlueGreenStrategy = Shape<typeof blueGreenSchema>;
