import { installProduct, loadProductImages } from './product.ts';
import { target } from './target.ts';
import { clusterUp } from './up.ts';

/** The whole stage: cluster, data plane, Prometheus, names, and the product installed by its own chart. */
export async function prepareCluster(): Promise<void> {
  // What a foreign cluster lacks is told before anything is done to it.
  target();
  await clusterUp();
  await loadProductImages();
  await installProduct();
}
