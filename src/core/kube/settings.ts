import type { Setting } from '../part.ts';

/** What changing deployments needs. */
export const fleetSettings = {
  KUBE_DEPLOYMENTS: { about: 'Deployments that serve or work for this service, by commas', example: 'web,worker', switch: true },
  KUBE_NAMESPACE: { about: 'Namespaces that hold them, by commas', example: 'production' },
  KUBECONFIG: { about: 'Path of a kubeconfig; empty: ~/.kube/config, else in-cluster', example: '/etc/pulaski/kubeconfig', preset: '' },
} as const satisfies Record<string, Setting>;

/** What looking at the deploy needs: deployments, deploy jobs, or both. */
export const kubeSettings = {
  KUBE_DEPLOYMENTS: fleetSettings.KUBE_DEPLOYMENTS,
  KUBE_DEPLOY_JOBS: {
    about: 'Name patterns of the jobs or pods that run at each deploy, by commas',
    example: 'deploy-tasks*',
    switch: true,
  },
  KUBE_NAMESPACE: fleetSettings.KUBE_NAMESPACE,
  KUBECONFIG: fleetSettings.KUBECONFIG,
} as const satisfies Record<string, Setting>;
