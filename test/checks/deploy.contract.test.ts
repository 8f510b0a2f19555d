import { deploy } from '../../src/checks/deploy.ts';
import { kubernetesKit } from '../../src/kit/kubernetes.ts';
import { type KubernetesWorld, kubernetesServer } from '../../src/rehearsal/stand-ins/kubernetes.ts';
import { checkContract, httpInMood, type Mood } from '../contract/check.ts';
import { kubeconfigTo, migrationLog, only, RECORDED_AT, recorded } from '../setup/kubernetes.ts';

const TOKEN = 'service-account-token-of-the-bot';

checkContract('deploy', {
  secrets: [TOKEN],
  build: async (mood) => {
    const { url, close } = await clusterIn(mood);
    const settings: Record<string, string> = {
      KUBE_NAMESPACE: 'prod',
      KUBE_DEPLOYMENTS: 'web',
      KUBE_DEPLOY_JOBS: mood === 'calm' ? 'assets*' : 'deploy-tasks*',
      KUBECONFIG: kubeconfigTo(url, TOKEN),
    };
    const check = deploy.make((name) => settings[name] ?? '', { kubernetes: kubernetesKit() });
    // The recorded rollback ended minutes before: two hours later it is no news.
    const now = mood === 'calm' ? '2026-11-21T23:30:00.000Z' : RECORDED_AT;
    return { check, close, scope: { openedAt: now, now } };
  },
});

/** Trouble and calm come from the full stand-in, the rest from servers that misbehave. */
async function clusterIn(mood: Mood): Promise<{ url: string; close: () => Promise<void> }> {
  if (mood !== 'trouble' && mood !== 'calm')
    return httpInMood(mood, () => ({ body: { items: [{ metadata: { name: 'web' } }] } }), refusals);
  const calm = only(recorded(), ['web', 'web-79f68569b*', 'assets-ok*']);
  const world: KubernetesWorld = {
    objects: mood === 'calm' ? () => calm : recorded,
    log: ({ pod }) => (pod.startsWith('deploy-tasks') ? migrationLog : '2026-11-21T21:23:43.000000000Z GET /health 200\n'),
    patch: (_, next) => next,
    token: () => TOKEN,
  };
  return kubernetesServer(world);
}

const status = (code: number, reason: string) => ({
  status: code,
  body: { kind: 'Status', status: 'Failure', reason, message: reason, code },
});
const refusals = { unauthorised: status(401, 'Unauthorized'), rateLimited: status(429, 'TooManyRequests') };
