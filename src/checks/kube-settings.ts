import type { Setting } from '../core/part.ts';

/** The settings that everything on Kubernetes shares. */
export const kubeSettings = {
  KUBE_DEPLOYMENTS: { about: 'Deployments that serve or work for this service, by commas', example: 'web,worker', switch: true },
  KUBE_DEPLOY_JOBS: {
    about: 'Name patterns of the jobs or pods that run at each deploy, by commas',
    example: 'deploy-tasks*',
    switch: true,
  },
  KUBE_NAMESPACE: { about: 'Namespaces that hold them, by commas', example: 'production' },
  KUBECONFIG: { about: 'Path of a kubeconfig; empty: ~/.kube/config, else in-cluster', example: '/etc/pulaski/kubeconfig', preset: '' },
} as const satisfies Record<string, Setting>;
