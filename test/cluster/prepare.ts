import { installProduct, loadProductImages } from './product.ts';
import { clusterUp } from './up.ts';

/** The whole stage: cluster, data plane, Prometheus, names, and the product installed by its own chart. */
export async function prepareCluster(): Promise<void> {
  await clusterUp();
  await loadProductImages();
  await installProduct();
}
