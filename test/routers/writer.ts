/** Who writes into the routes of these tests. */
export const WRITER = {
  group: 'sluice.dev',
  rollout: 'shop/web',
  uid: 'uid',
  canary: 'web-canary',
  stable: 'web-stable',
} as const;
